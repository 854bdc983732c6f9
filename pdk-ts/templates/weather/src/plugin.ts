import { config, http, HttpRequest, kv, lastFault, log, Reply, Request } from "@backworks/pdk";

const SERVICE = "https://aviationweather.gov/api/data/metar?format=raw&ids=";

/** GET /weather/{station}: its METAR, as it was sent. */
export function processEndpoint(request: Request): Reply {
  const param = request.param("station");
  const station = param === null ? "" : param.toUpperCase();
  if (!isStation(station)) {
    return Reply.problem(400, { title: "A station has four letters or digits, like EDDF" });
  }
  const kept = kv.get(station);
  if (kept !== null) return Reply.text(200, kept);

  const query = new HttpRequest("GET", SERVICE + station);
  query.timeoutMs = 3000;
  const answer = http.trySend(query);
  if (answer === null) {
    const fault = lastFault();
    log.warn(`no report of ${station}: ${fault === null ? "" : fault.message}`);
    return Reply.problem(502, { title: "The weather service does not answer" });
  }
  const report = answer.text().trim();
  if (!answer.ok || report === "") {
    return Reply.problem(404, { title: "No report", detail: `${station} reports no weather` });
  }
  kv.set(station, report, keepMs());
  return Reply.text(200, report);
}

function keepMs(): number {
  const seconds = config.get("keep_s");
  return seconds === null ? 300_000 : parseFloat(seconds) * 1000;
}

function isStation(text: string): boolean {
  if (text.length !== 4) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isDigit = code >= 0x30 && code <= 0x39;
    if (!isDigit && (code < 0x41 || code > 0x5a)) return false;
  }
  return true;
}
