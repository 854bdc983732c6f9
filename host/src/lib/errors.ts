/** What a code means to a client, a script and a person. */
export interface ErrorKind {
  /**
   * HTTP status when the error ends a request. A 503 with `Retry-After` says that trying again may
   * help; no plugin_… error has one, because a plugin stays as it was found at start.
   */
  readonly status: number;
  /** One line of help: what to do about it. */
  readonly help: string;
}

/** Every error of the product, in one table. A test compares it with the docs. */
export const ERROR_KINDS = {
  config_not_found: { status: 500, help: "create the file, or name another one with --config" },
  config_unreadable: {
    status: 500,
    help: "make the file readable for the user that runs backworks",
  },
  config_too_large: {
    status: 500,
    help: "make the file smaller, at most 1 MiB: let a plugin give the long answers",
  },
  config_syntax: { status: 500, help: "correct the YAML at the position given" },
  config_variable_missing: {
    status: 500,
    help: "set the variable, or write a default as ${NAME:-default}",
  },
  config_unknown_key: { status: 500, help: "correct the key, or remove it" },
  config_invalid: { status: 500, help: "correct the value at the position given" },
  config_unsupported: { status: 500, help: "follow the fix in the message" },

  plugin_file_missing: { status: 503, help: "correct the path, or build the plugin first" },
  plugin_unreadable: {
    status: 503,
    help: "name a .wasm file, or a directory of them, that the user who runs backworks may read",
  },
  plugin_too_large: { status: 503, help: "build a smaller module; the limit is 8 MiB" },
  plugin_not_wasm: { status: 503, help: "the file must be a core WebAssembly module" },
  plugin_malformed: { status: 503, help: "build or copy the file again; it is damaged or cut off" },
  plugin_invalid: { status: 503, help: "build the plugin again; the compiler made invalid code" },
  plugin_feature_unsupported: {
    status: 503,
    help: "build the plugin without the WebAssembly proposal that the message names",
  },
  plugin_limit_exceeded: { status: 503, help: "build a smaller plugin, or split it" },
  plugin_memory_exceeded: {
    status: 503,
    help: "raise limits.memory: in plugin.yaml up to 16MiB, in backworks.yaml (plugins.NAME.limits.memory) beyond; or build it with less",
  },
  plugin_export_reserved: {
    status: 503,
    help: "rename the export; names that begin with backworks: belong to the host",
  },
  plugin_manifest_missing: {
    status: 503,
    help: "build it with `backworks plugin build`, or put NAME.plugin.yaml beside NAME.wasm",
  },
  plugin_manifest_invalid: {
    status: 503,
    help: "correct NAME.plugin.yaml; without one, plugin.yaml of the source, and build it again",
  },
  plugin_abi_unsupported: {
    status: 503,
    help: "build the plugin for ABI 1, or use a host that has its ABI",
  },
  plugin_host_unsupported: {
    status: 503,
    help: "use a host of the version that the plugin requires, or a plugin for this one",
  },
  plugin_export_missing: { status: 503, help: "export the hook, or remove it from the manifest" },
  plugin_import_unknown: {
    status: 503,
    help: "import only extism:host/env, extism:host/user and wasi_snapshot_preview1 functions of ABI 1",
  },
  plugin_capability_undeclared: {
    status: 503,
    help: "declare in the manifest what the module imports; one in the module is built again from plugin.yaml",
  },
  plugin_capability_denied: {
    status: 503,
    help: "grant the capability in backworks.yaml as the message shows, or do without the plugin",
  },
  plugin_name_conflict: {
    status: 503,
    help: "rename one of the plugins, or remove one of the files",
  },
  plugin_config_invalid: { status: 503, help: "correct what the plugin is given as config" },
  plugin_requirement_missing: {
    status: 503,
    help: "add the plugin that is named, or another version of it",
  },
  plugin_not_found: {
    status: 503,
    help: "put the plugin into a discovery directory, or give plugins.NAME.path",
  },
  plugin_order_cycle: {
    status: 503,
    help: "remove one entry of before, after, provides or consumes of the plugins named",
  },
  plugin_unavailable: {
    status: 503,
    help: "see the start-up summary, or backworks validate, for the reason the plugin is not there",
  },

  guest_trapped: { status: 503, help: "the plugin crashed; the next request gets a new instance" },
  guest_failed: { status: 503, help: "the plugin reported an error; its message says why" },
  guest_busy: { status: 503, help: "try again later; the plugin has no free instance" },
  guest_unavailable: {
    status: 503,
    help: "correct what the plugin fails on when it starts; it is tried again later",
  },
  guest_fuel_exhausted: {
    status: 503,
    help: "let the hook do less (`backworks plugin profile` shows where its fuel goes), or raise the limit that the message names: in plugin.yaml, or below plugins.NAME of backworks.yaml",
  },
  instances_exhausted: {
    status: 503,
    help: "run fewer plugins in one process; every instance takes address space",
  },
  calls_exhausted: {
    status: 503,
    help: "try again later; too many plugins wait for the network or have long work to do",
  },
  calls_deadlocked: {
    status: 503,
    help: "let the plugins call each other in one direction only, or give them more instances (plugins.NAME.limits.instances)",
  },
  guest_timed_out: {
    status: 503,
    help: "let the plugin wait for less, or raise the limit that the message names: in plugin.yaml, or below plugins.NAME of backworks.yaml",
  },
  guest_process_died: {
    status: 503,
    help: "try again later; the plugin's own process ended, and a new one is made when it is called",
  },
  guest_status_invalid: { status: 503, help: "a hook must return 0 (done) or 1 (failed)" },
  guest_input_too_large: { status: 413, help: "send less, or raise the plugin's input limit" },
  guest_output_too_large: { status: 503, help: "return less; the limit is 1 MiB" },
  guest_output_malformed: {
    status: 503,
    help: "return what schemas/ defines for the hook: frames.abnf, verdict.schema.json",
  },
  guest_write_denied: {
    status: 503,
    help: "add the field to writes in the manifest, or to grants.hooks in backworks.yaml",
  },

  kv_unavailable: {
    status: 503,
    help: "give this process alone a data directory with room that it may write to, or name another one as data_dir",
  },
  kv_damaged: {
    status: 503,
    help: "put a good copy in its place, or move the file away: plugins then begin with nothing kept",
  },

  request_malformed: { status: 400, help: "correct the request" },
  request_too_large: { status: 413, help: "send a smaller body" },
  request_head_too_large: { status: 431, help: "send fewer and shorter headers" },
  request_expectation_unknown: {
    status: 417,
    help: "send the body without Expect, or with Expect: 100-continue",
  },
  request_unauthenticated: {
    status: 401,
    help: "say who you are, as the WWW-Authenticate header asks if there is one",
  },
  request_forbidden: { status: 403, help: "ask for the right; the detail says what is missing" },
  request_timed_out: { status: 408, help: "send the whole request in time" },
  route_not_found: { status: 404, help: "see the start-up summary for the routes" },
  method_not_allowed: { status: 405, help: "use one of the methods in the Allow header" },
  server_draining: { status: 503, help: "send the request to another instance" },
  server_port_in_use: {
    status: 500,
    help: "stop the other process, or choose another port with --port",
  },
  server_port_forbidden: { status: 500, help: "choose a port above 1023 with --port" },
  server_address_invalid: { status: 500, help: "correct server.host in backworks.yaml" },

  build_source_missing: {
    status: 500,
    help: "name a TypeScript file or a folder with a plugin.yaml",
  },
  build_not_typescript: {
    status: 500,
    help: "build it with its own compiler; plugin test, docs and validate take the module",
  },
  build_manifest_invalid: { status: 500, help: "correct plugin.yaml at the position given" },
  build_source_invalid: { status: 500, help: "correct the source at the position given" },
  build_hooks_differ: {
    status: 500,
    help: "declare in plugin.yaml what the source exports, and export what it declares",
  },
  build_capability_undeclared: {
    status: 500,
    help: "declare in plugin.yaml what the source uses, under capabilities",
  },
  build_evaluation_failed: {
    status: 500,
    help: "the source runs once while it is built: correct its top-level code",
  },
  build_compiler_missing: {
    status: 500,
    help: "install the compiler of the fast target: npm install --save-dev assemblyscript@0.28.20",
  },
  build_engine_unusable: { status: 500, help: "install @backworks/pdk again" },
  build_not_written: { status: 500, help: "name a file in a folder that may be written to" },
  test_invalid: { status: 500, help: "correct the test: cases.yaml, or what calls the test kit" },
  test_fuel_grew: {
    status: 500,
    help: "make it cheaper, or accept it: plugin test --update, plugin build --accept-fuel",
  },
  recording_invalid: { status: 500, help: "record the call again: plugin call --record" },
  recording_altered: {
    status: 500,
    help: "take an unaltered copy of the recording, or record the call again",
  },
  recording_plugin_differs: {
    status: 500,
    help: "name the module that was recorded: plugin replay --plugin FILE.wasm",
  },
  usage: { status: 500, help: "see backworks --help" },
  internal: { status: 500, help: "this is a bug in Backworks: please report it" },
} as const;

export type ErrorCode = keyof typeof ERROR_KINDS;

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERROR_KINDS, value);
}

/** Where in a text the trouble is; lines and columns count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Facts for machines: never needed to understand the message. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

export interface ErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
  readonly position?: SourcePosition;
}

/** The world failed: bad input, a missing file, a guest that trapped. */
export class BackworksError extends Error {
  override readonly name = "BackworksError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly position: SourcePosition | undefined;

  /** `message` starts in lower case, names the thing and says what was expected. */
  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
    this.position = options.position;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** Several problems found in one pass, so that a person corrects them all at once. */
export class BackworksErrors extends Error {
  override readonly name = "BackworksErrors";
  readonly errors: readonly BackworksError[];

  constructor(errors: readonly BackworksError[]) {
    super(errors.map((error) => error.message).join("\n"));
    this.errors = errors;
  }
}

/** Prints `file:line:column`, as editors and terminals turn into a link. */
export function printPosition(position: SourcePosition): string {
  let text = position.file;
  if (position.line !== undefined) text += `:${position.line}`;
  if (position.line !== undefined && position.column !== undefined) text += `:${position.column}`;
  return text;
}

/** Whether the system says so of what failed: `ENOENT`. */
export function hasErrorCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && "code" in thrown && thrown.code === code;
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
