import type { ConfigWarning, Isolation } from "../contracts/config.ts";
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
  /** Requests fail without it. */
  readonly critical: boolean;
  /** Where it runs; undefined: it does not. */
  readonly isolation: Isolation | undefined;
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
  /** Whether its requests answer 503, or some of them, because a plugin is missing or refused. */
  readonly closed: "never" | "sometimes" | "always";
  /** Why they do. */
  readonly problem: string | undefined;
}
