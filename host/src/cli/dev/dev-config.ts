import { printOrigin } from "../../lib/origin.ts";
import type { Manifest } from "../../contracts/manifest.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";

export interface DevConfigOptions {
  readonly manifest: Manifest;
  /** The plugin's own configuration: a file, absolute. */
  readonly configFile: string | undefined;
  readonly port: number;
}

/**
 * A `backworks.yaml`, as JSON, around one plugin: it gets all requests, and all rights it asks for.
 * Secrets come from the environment, upper-case: `api_key` from `API_KEY`.
 */
export function devConfig({ manifest, configFile, port }: DevConfigOptions): JsonObject {
  const { name } = manifest;
  return {
    name: `${name} (dev)`,
    data_dir: "./data",
    // For the author alone: it has all rights, and nobody has checked it yet.
    server: { host: "127.0.0.1", port },
    plugin_discovery: { directories: ["./plugins"] },
    plugins: {
      [name]: {
        grants: grantAll(manifest),
        ...(configFile !== undefined && { config_file: configFile }),
      },
    },
    endpoints: endpointsFor(manifest),
  };
}

/** Where a secret comes from: a variable of the environment. */
export function secretVariable(name: string): string {
  return name.toUpperCase();
}

/** A person runs their own plugin on their own machine: it may reach that machine, too. */
function grantAll({ capabilities }: Manifest): JsonObject {
  const { kv, http, secrets, plugins, events, metrics, clock, random, sql, tcp } = capabilities;
  return {
    ...(kv && { kv: {} }),
    ...(http.length > 0 && { http: { allow: http.map(printOrigin), private: true } }),
    secrets: Object.fromEntries(secrets.map((name) => [name, `\${${secretVariable(name)}:-}`])),
    plugins: [...plugins],
    events: { publish: [...events.publish], subscribe: [...events.subscribe] },
    ...(metrics && { metrics: {} }),
    clock,
    random,
    sql: [...sql],
    tcp: [...tcp],
  };
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Every path, and paths with as many segments as the endpoint reads parameters. */
function endpointsFor({ name, hooks }: Manifest): JsonObject {
  const { process_endpoint: endpoint } = hooks;
  const answer: JsonObject =
    endpoint === undefined ? { response: { body: SEEN } } : { plugin: name };
  const params = endpoint?.reads.params.filter((param) => param !== "*") ?? [];
  const paths = params.map(
    (_, i) =>
      `/${params
        .slice(0, i + 1)
        .map(inBraces)
        .join("/")}`,
  );
  const routes = ["/*", ...paths].map((path): [string, Json] => [
    path === "/*" ? "all" : path,
    { path, methods: METHODS, ...answer },
  ]);
  return Object.fromEntries(routes);
}

/** What a plugin without an endpoint of its own works around: what came in, as JSON. */
const SEEN: JsonObject = {
  method: "${request.method}",
  path: "${request.path}",
};

function inBraces(name: string): string {
  return `{${name}}`;
}
