/** What happens to a key that the original knew and this release does not act on. */
export interface LegacyKey {
  readonly kind: "key";
  /** `warn`: nothing a client could notice is missing. `refuse`: protection or answers would be. */
  readonly verdict: "warn" | "refuse";
  /** Reads on after the key path and a colon: what is the matter, and what to do. */
  readonly message: string;
}

export interface LegacyMap {
  readonly kind: "map";
  /** By key; `*` is every other key, and every item of a list. */
  readonly keys: Readonly<Record<string, LegacyKey | LegacyMap>>;
  /** The map itself is legacy, and is left out once its keys are judged. */
  readonly whole: boolean;
}

const HERE = "is not part of this release";

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

const REMOVE = "has no effect here, remove it";

const ENDPOINT = inside({
  handler: refuse(`JavaScript handlers are not run: write a plugin and name it as \`plugin\``),
  middleware: refuse(`middleware ${HERE}: a plugin with a before_request hook does its work`),
  config: refuse(`settings of a handler ${HERE}: give them to a plugin in plugins.NAME.config`),
  database: refuse(`the mode database ${HERE}: answer with a mock or a plugin`),
  proxy: refuse(`the mode proxy ${HERE}: answer with a mock or a plugin`),
  apis: refuse(`calls of other services ${HERE}: answer with a mock or a plugin`),
  parameters: refuse(`parameter checks are not part of this release: a plugin can do them`),
  validation: refuse(`validation ${HERE}: a plugin can check the body in before_request`),
  monitoring: warn(`display settings ${REMOVE}`),
  runtime: inside({
    language: refuse(
      "programs in other languages are not run: build a plugin, and set type: plugin",
    ),
    environment: refuse("plugins have no environment: use plugins.NAME.config"),
    requirements: refuse("plugins are complete files: build what it needs into the .wasm"),
    working_dir: refuse("plugins have no working directory: use plugins.NAME.config"),
    timeout: warn("it has no effect: the limits of a plugin apply"),
    memory_limit: warn("it has no effect: the limits of a plugin apply"),
  }),
});

/** Every key of the original that the schema of this release does not have. */
export const LEGACY_KEYS: LegacyMap = inside({
  dashboard: warn(`a dashboard ${HERE}: see /health, and the logs`),
  ai: warn(`it ${REMOVE}`),
  cache: warn("nothing is cached in this release: remove it"),
  capture: warn(`capturing ${HERE}: remove it`),
  deployment: warn(`it ${REMOVE}`),
  evolution: warn(`it ${REMOVE}`),
  optimization: warn(`it ${REMOVE}`),
  runtimes: warn(`it ${REMOVE}`),
  runtime_settings: warn(`it ${REMOVE}`),
  logging: inside({
    file: warn("logs go to the standard output: let the service manager write the file"),
    include_body: warn("bodies are never logged: remove it"),
    include_headers: warn("headers are never logged: remove it"),
  }),
  monitoring: whole({
    metrics: warn(`metrics are not part of this release: see /health, and the logs`),
    logging: warn("it has no effect: write it as `logging`"),
    health: warn("it has no effect: /health, /livez and /readyz always answer"),
    alerts: warn("no alerts are sent in this release: watch /health and the logs"),
    "*": warn(`it ${REMOVE}`),
  }),
  security: whole({
    cors: refuse(`CORS ${HERE}: use a reverse proxy, or a plugin that sets the headers`),
    rate_limiting: refuse(`rate limits are not part of this release: use a reverse proxy`),
    authentication: refuse(
      `authentication ${HERE}, everybody could call: use a reverse proxy, or a critical plugin in before_request`,
    ),
    validation: refuse(
      `body checks are not part of this release: for the size, use server.body_bytes_max`,
    ),
    headers: refuse(
      "headers for all answers are not set: use a plugin with an after_response hook",
    ),
    "*": refuse(`it ${HERE}: remove it, or use a reverse proxy`),
  }),
  database: refuse(`databases are not part of this release: answer with a mock or a plugin`),
  databases: refuse(`databases are not part of this release: answer with a mock or a plugin`),
  apis: refuse(`calls of other services ${HERE}: answer with a mock or a plugin`),
  listeners: refuse("only one listener is opened: use server.host and server.port"),
  middlewares: refuse(`middlewares ${HERE}: list plugins in \`plugins\``),
  global_headers: refuse(
    "headers for all answers are not set: use a plugin with an after_response hook",
  ),
  error_handling: refuse(`fallbacks ${HERE}: remove it`),
  includes: refuse("other files are not included: write everything into this file"),
  extends: refuse("other files are not included: write everything into this file"),
  globals: refuse("other files are not included: write the values where they are used"),
  environments: refuse("there is one configuration a file: use ${NAME:-default} for what differs"),
  plugins: inside({
    "*": inside({
      version: warn("the version of a plugin is not compared: name the exact file as path"),
      hooks: refuse("the hooks of a plugin are in its manifest: remove it"),
      exclude_paths: refuse(
        "a plugin's manifest says which routes it sees, with `match`: remove it",
      ),
    }),
  }),
  endpoints: inside({ "*": ENDPOINT }),
});
