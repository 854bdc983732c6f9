import type { ConfigWarning } from "../contracts/config.ts";
import type { BackworksError } from "../lib/errors.ts";

/** What started, as data: the CLI prints it for people or as JSON. */
export interface StartSummary {
  readonly name: string;
  readonly version: string;
  readonly configFile: string;
  /** Where it listens; a wildcard host is shown as localhost. */
  readonly url: string;
  readonly plugins: readonly PluginSummary[];
  readonly routes: readonly RouteSummary[];
  readonly warnings: readonly ConfigWarning[];
  /** What a millisecond of computing is worth on this machine. */
  readonly fuelPerMs: number;
  readonly startMs: number;
}

export interface PluginSummary {
  /** A file that could not be read has no name but its file's. */
  readonly name: string;
  readonly version: string | undefined;
  readonly file: string | undefined;
  readonly state: "loaded" | "disabled" | "refused";
  readonly hooks: readonly string[];
  /** Why it was refused. */
  readonly error: BackworksError | undefined;
}

export interface RouteSummary {
  readonly id: string;
  readonly methods: readonly string[];
  readonly path: string;
  /** `mock`, or the plugin's name. */
  readonly handler: string;
  /** Plugins whose hooks run around this route's handler, in order. */
  readonly hooks: readonly string[];
  /** Set when the route answers 503: its plugin is missing or refused. */
  readonly problem: string | undefined;
}
