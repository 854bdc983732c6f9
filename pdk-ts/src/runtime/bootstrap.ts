/** The agreement between the build and the bundle it evaluates: types and names, no code. */

/** The one function the engine gives: everything a plugin has from outside goes through it. */
export type NativeCall = (operation: number, ...parameters: readonly unknown[]) => unknown;

/** What the build leaves in the global object for the bundle, which takes it away. */
export interface Bootstrap {
  readonly native: NativeCall;
  readonly sourceLines: SourceLines;
}

/**
 * Where a line of the bundle came from: `sources[i]` and, for each generated line, segments
 * `column,source,line,column` separated by spaces; empty where nothing of the author's stands.
 * All lines and columns count from 1, as the engine prints them.
 */
export interface SourceLines {
  readonly sources: readonly string[];
  readonly lines: readonly string[];
}

/** Global that holds the `Bootstrap` while the bundle starts. */
export const BOOTSTRAP_GLOBAL = "__backworks";

/** Global that holds what `install` made of the source, until the build has taken it. */
export const INSTALLED_GLOBAL = "__backworks_installed";

/** Name under which the bundle is evaluated, so that its frames are told from native ones. */
export const BUNDLE_FILE = "plugin.js";
