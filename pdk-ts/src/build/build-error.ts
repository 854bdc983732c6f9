/** What went wrong in a build; the CLI maps these to its own codes. */
export type BuildErrorCode =
  /** No such file or folder, or nothing in it that could be a plugin. */
  | "source_missing"
  /** plugin.yaml is missing, is not YAML, or says something the build cannot use. */
  | "manifest_invalid"
  /** esbuild refused the source: syntax, imports, Node built-ins. */
  | "source_invalid"
  /** The hooks of plugin.yaml and the exports of the source are not the same. */
  | "hooks_differ"
  /** The source uses a capability that plugin.yaml does not declare. */
  | "capability_undeclared"
  /** The source threw, or did not settle, while it was evaluated for the snapshot. */
  | "evaluation_failed"
  /** The engine of this package is missing or damaged. */
  | "engine_unusable"
  /** The module cannot be written where it was asked for. */
  | "not_written"
  /** AssemblyScript, which the fast target compiles with, is not installed. */
  | "compiler_missing";

/** Lines and columns count from 1; `file` is relative to the plugin's folder. */
export interface BuildPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface BuildErrorOptions {
  readonly position?: BuildPosition | undefined;
  /** Further lines of help: how to put it right, or more of the same kind. */
  readonly notes?: readonly string[];
  readonly cause?: unknown;
}

/** A build that failed because of its input; the message starts in lower case. */
export class BuildError extends Error {
  override readonly name = "BuildError";
  readonly code: BuildErrorCode;
  readonly position: BuildPosition | undefined;
  readonly notes: readonly string[];

  constructor(code: BuildErrorCode, message: string, options: BuildErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.position = options.position;
    this.notes = options.notes ?? [];
  }
}
