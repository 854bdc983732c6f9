import type { ConfigNode } from "../node.ts";

/** What happens to a key that the original knew and this release does not act on. */
export interface LegacyKey {
  readonly kind: "key";
  /** `warn`: nothing a client could notice is missing. `refuse`: protection or answers would be. */
  readonly verdict: "warn" | "refuse";
  /** Reads on after the key path and a colon: what is the matter, and what to do. */
  readonly message: string;
  /** Only values for which this holds are meant; others are judged by `otherwise`. */
  readonly when?: (value: ConfigNode) => boolean;
  readonly otherwise?: LegacyMap;
}

export interface LegacyMap {
  readonly kind: "map";
  /** By key; `*` is every other key, and every item of a list. */
  readonly keys: Readonly<Record<string, LegacyKey | LegacyMap>>;
  /** The map itself is legacy, and is left out once its keys are judged. */
  readonly whole: boolean;
}

function warn(message: string): LegacyKey {
  return { kind: "key", verdict: "warn", message };
}

function refuse(message: string): LegacyKey {
  return { kind: "key", verdict: "refuse", message };
}

function inside(keys: LegacyMap["keys"]): LegacyMap {
  return { kind: "map", keys, whole: false };
}

function whole(keys: LegacyMap["keys"]): LegacyMap {
  return { kind: "map", keys, whole: true };
}

function hasValue(node: ConfigNode | undefined, values: readonly string[]): boolean {
  return node?.kind === "scalar" && values.some((value) => value === node.value);
}

const NO_EFFECT = warn("it has no effect in this release: remove it");
const NO_MODE = "this mode is not part of this release: answer with a mock or a plugin";
const NO_FILES = "other files are not included: write everything into this file";
const NO_DATABASE = "databases are not part of this release: answer with a mock or a plugin";
const NO_SERVICES =
  "calls of other services are not part of this release: answer with a mock or a plugin";
const NO_HEADERS =
  "headers are not added to every answer: a plugin with an after_response hook can do it";
const PLUGIN_LIMITS = warn("it has no effect: the limits of a plugin apply");

const MODE: LegacyKey = {
  ...refuse(NO_MODE),
  when: (value) => hasValue(value, ["capture", "database", "evolving", "proxy"]),
};

const RUNTIME: LegacyKey = {
  ...refuse("programs are not run: build a plugin, and set type: plugin and its name as handler"),
  when: (value) => value.kind !== "map" || !hasValue(value.entries.get("type")?.node, ["plugin"]),
  otherwise: inside({
    language: warn("it has no effect: a plugin is a .wasm file whatever its language"),
    timeout: PLUGIN_LIMITS,
    memory_limit: PLUGIN_LIMITS,
    environment: refuse("plugins have no environment: use plugins.NAME.config"),
    requirements: refuse("plugins are complete: build what it needs into the .wasm file"),
    working_dir: refuse("plugins have no working directory: use plugins.NAME.config"),
  }),
};

const ENDPOINT = inside({
  mode: MODE,
  handler: refuse("JavaScript handlers are not run: write a plugin and name it as `plugin`"),
  middleware: refuse(
    "middleware is not part of this release: a plugin with a before_request hook can do its work",
  ),
  config: refuse("handlers have no settings here: give them to a plugin in plugins.NAME.config"),
  database: refuse(NO_MODE),
  proxy: refuse(NO_MODE),
  apis: refuse(NO_SERVICES),
  parameters: refuse("parameters are not checked in this release: a plugin can do it"),
  validation: refuse("bodies are not checked in this release: a plugin can do it"),
  monitoring: NO_EFFECT,
  runtime: RUNTIME,
});

const PLUGIN = inside({
  version: warn("versions are not compared: name the exact file as path"),
  hooks: refuse("the hooks of a plugin are in its manifest: remove it"),
  exclude_paths: refuse("the routes a plugin sees are in its manifest, as `match`: remove it"),
});

const METRICS = inside({
  export_format: {
    ...warn("metrics are written for Prometheus: let an agent translate them"),
    when: (value) => !hasValue(value, ["prometheus"]),
  },
  custom: warn("the host has no metrics of yours: a plugin that is granted `metrics` reports them"),
});

const MONITORING = inside({
  // Known to the schema: no business of the line with the star.
  enabled: inside({}),
  metrics: METRICS,
  logging: warn("it has no effect: write it as `logging`"),
  health: warn("it has no effect: remove it, /health, /livez and /readyz always answer"),
  alerts: warn("no alerts are sent in this release: watch /health and the logs"),
  "*": NO_EFFECT,
});

const SECURITY = whole({
  authentication: refuse(
    "authentication is not part of this release, everybody could call: put a reverse proxy in front, or use a critical plugin with a before_request hook",
  ),
  cors: refuse("CORS is not part of this release: put a reverse proxy in front, or use a plugin"),
  rate_limiting: refuse("rate limits are not part of this release: put a reverse proxy in front"),
  validation: refuse(
    "bodies are not checked in this release: for their size, use server.body_bytes_max",
  ),
  headers: refuse(NO_HEADERS),
  "*": refuse("it is not part of this release: remove it, or put a reverse proxy in front"),
});

/** Every key of the original that the schema of this release does not have, and its verdict. */
export const LEGACY_KEYS: LegacyMap = inside({
  ai: NO_EFFECT,
  cache: warn("nothing is cached in this release: remove it"),
  capture: NO_EFFECT,
  dashboard: warn("there is no dashboard in this release: see /health and the logs"),
  deployment: NO_EFFECT,
  evolution: NO_EFFECT,
  optimization: NO_EFFECT,
  runtimes: NO_EFFECT,
  runtime_settings: NO_EFFECT,
  logging: inside({
    file: warn("logs go to the standard output: let the service manager write the file"),
    include_body: warn("bodies are never logged: remove it"),
    include_headers: warn("headers are never logged: remove it"),
  }),
  mode: MODE,
  monitoring: MONITORING,
  security: SECURITY,
  apis: refuse(NO_SERVICES),
  database: refuse(NO_DATABASE),
  databases: refuse(NO_DATABASE),
  environments: refuse("a file is one configuration: use ${NAME:-default} for what differs"),
  error_handling: refuse("there are no fallbacks in this release: remove it"),
  extends: refuse(NO_FILES),
  global_headers: refuse(NO_HEADERS),
  globals: refuse("there are no shared values: write them where they are used"),
  includes: refuse(NO_FILES),
  listeners: refuse("there is one listener: use server.host and server.port"),
  middlewares: refuse("middlewares are not part of this release: use `plugins`"),
  plugins: inside({ "*": PLUGIN }),
  endpoints: inside({ "*": ENDPOINT }),
});
