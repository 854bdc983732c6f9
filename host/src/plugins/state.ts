import type { Manifest } from "../contracts/manifest.ts";
import type { BackworksError } from "../lib/errors.ts";
import { dutiesOf, isJudge, type Duty } from "./duties.ts";
import type { LoadedPlugin } from "./load.ts";

/** What became of one plugin at start. */
export type PluginState = LoadedState | DisabledState | RefusedState;

export interface LoadedState {
  readonly kind: "loaded";
  readonly name: string;
  readonly plugin: LoadedPlugin;
}

export interface DisabledState extends NotLoaded {
  readonly kind: "disabled";
}

export interface RefusedState extends NotLoaded {
  readonly kind: "refused";
  /** What it was there for; undefined: nobody knows. */
  readonly duties: readonly Duty[] | undefined;
  /** Requests must not pass without it: its routes fail instead. */
  readonly critical: boolean;
  readonly error: BackworksError;
}

interface NotLoaded {
  /** Name in this host: the key under `plugins`, or the manifest's. */
  readonly name: string;
  readonly file: string | undefined;
  /** Absent when none could be read as a whole. */
  readonly manifest: Manifest | undefined;
}

/**
 * A plugin that requests must not pass without, and that is not there: a critical one, or one that
 * would have said who gets in.
 */
export function isMissed(state: PluginState): state is RefusedState {
  return state.kind === "refused" && (state.critical || isJudge(state.duties));
}

/** The same of a plugin that is there: requests must not pass while it does not run. */
export function isNeeded({ critical, manifest }: LoadedPlugin): boolean {
  return critical || isJudge(dutiesOf(manifest));
}
