import { Distribution } from "./distribution.ts";
import type { Family } from "./family.ts";

/** One answered request, as far as it is counted. */
export interface RequestRecord {
  readonly method: string;
  /** Id of the matched route. */
  readonly route: string | undefined;
  readonly status: number;
  readonly durationMs: number;
}

const NAME = "http_server_request_duration_seconds";

/** Seconds: those of OpenTelemetry's convention for this name, and three below. */
const BOUNDS = [
  0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5,
  5, 7.5, 10,
];

/** Clients choose the method; the rest of those that Node's parser knows count together. */
const METHODS: ReadonlySet<string> = new Set("GET HEAD POST PUT PATCH DELETE OPTIONS".split(" "));
const OTHER = "other";

/** Each series is some twenty lines of the exposition: beyond it routes count together. */
const SERIES_MAX = 5000;

interface Series {
  readonly labels: { readonly method: string; readonly route: string; readonly status: number };
  readonly seconds: Distribution;
}

/** Durations of requests by method, route and status. */
export class RequestStats {
  readonly #series = new Map<string, Series>();

  record({ method, route = "", status, durationMs }: RequestRecord): void {
    const known = METHODS.has(method) ? method : OTHER;
    const series =
      this.#series.get(`${known} ${status} ${route}`) ??
      this.#add({ method: known, route, status });
    series.seconds.add(durationMs / 1000);
  }

  #add(wanted: Series["labels"]): Series {
    const labels = this.#series.size < SERIES_MAX ? wanted : { ...wanted, route: OTHER };
    const key = `${labels.method} ${labels.status} ${labels.route}`;
    const found = this.#series.get(key);
    if (found !== undefined) return found;
    const series = { labels, seconds: new Distribution(BOUNDS) };
    this.#series.set(key, series);
    return series;
  }

  get families(): Family[] {
    const read: Family["read"] = () =>
      [...this.#series.values()].flatMap(({ labels, seconds }) => seconds.samples(NAME, labels));
    const help = "Time from the head of a request to its answer. route is empty without a match.";
    return [{ name: NAME, help, type: "histogram", read }];
  }
}
