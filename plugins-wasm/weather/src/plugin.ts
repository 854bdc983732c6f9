import { config, Reply, type Request } from "@backworks/pdk";
import { BodyError } from "./body/body-error.ts";
import { readBody } from "./body/read-body.ts";
import { decodeMetar } from "./metar/metar.ts";
import { ReportError } from "./report/report-error.ts";
import { decodeTaf } from "./taf/taf.ts";

interface Configuration {
  /** Facts about stations by ICAO location indicator, answered as they are. */
  readonly stations?: Readonly<Record<string, object>>;
}

let stations: NonNullable<Configuration["stations"]> = {};

export function initialize(): void {
  stations = config.all<Configuration>().stations ?? {};
}

/** The last segment of the path says what is asked for, so that the operator chooses the rest. */
export function processEndpoint(request: Request): Reply {
  const icao = request.param("icao");
  if (icao !== null) return answerStation(icao.toUpperCase());
  const { path } = request;
  switch (path.slice(path.lastIndexOf("/") + 1)) {
    case "metar":
      return answerReport(request, decodeMetar);
    case "taf":
      return answerReport(request, decodeTaf);
    case "observation":
      return answerBody(request);
    default:
      return Reply.problem(404, {
        title: "Nothing to decode here",
        detail: `the plugin weather answers …/metar, …/taf, …/observation and …/{icao}, not ${path}`,
      });
  }
}

function answerStation(icao: string): Reply {
  const station = Object.hasOwn(stations, icao) ? stations[icao] : undefined;
  if (station !== undefined) return Reply.json(200, { icao, ...station });
  return Reply.problem(404, { title: "Unknown station", detail: `no station ${icao}`, icao });
}

function answerReport(request: Request, decode: (text: string) => object): Reply {
  const text = request.text();
  if (text.trim() === "") return answerEmpty("a report as text/plain");
  try {
    return Reply.json(200, decode(text));
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    return Reply.problem(422, {
      title: "Malformed report",
      detail: error.message,
      group: error.text,
      position: error.position,
      expected: error.expected,
    });
  }
}

function answerBody(request: Request): Reply {
  const text = request.text();
  if (text.trim() === "") return answerEmpty("a body of api.weather.gov or Open-Meteo as JSON");
  try {
    return Reply.json(200, readBody(JSON.parse(text)));
  } catch (error) {
    if (error instanceof BodyError) {
      return Reply.problem(422, {
        title: "Malformed body",
        detail: error.message,
        pointer: error.pointer,
        expected: error.expected,
      });
    }
    if (!(error instanceof SyntaxError)) throw error;
    return Reply.problem(422, { title: "Malformed JSON", detail: error.message });
  }
}

function answerEmpty(expected: string): Reply {
  return Reply.problem(400, { title: "Empty body", detail: `the body is empty: send ${expected}` });
}
