import type { LogLevel } from "../lib/logger.ts";
import type { SourcePosition } from "../lib/errors.ts";
import type { Grants } from "./capabilities.ts";
import type { Json, JsonObject } from "./json.ts";
import type { PluginLimits } from "./limits.ts";

/** `backworks.yaml` resolved: every default applied, every path absolute, every shape one shape. */
export interface Config {
  readonly file: string;
  /** Folder of `file`: what relative paths were resolved against. */
  readonly directory: string;
  readonly name: string;
  readonly description: string;
  /** Of the application, for people; empty when not given. */
  readonly version: string;
  readonly server: ServerConfig;
  readonly logging: LoggingConfig;
  readonly metrics: MetricsConfig;
  readonly discovery: DiscoveryConfig;
  /** Absolute; what plugins keep lies in it. `:memory:`: nothing is written. */
  readonly dataDirectory: string;
  /** Absolute; metered modules are kept in it. Undefined: nowhere. */
  readonly cacheDirectory: string | undefined;
  /** Of plugins that do not say otherwise. */
  readonly isolation: Isolation;
  readonly plugins: readonly PluginConfig[];
  readonly endpoints: readonly EndpointConfig[];
  /** Keys that were understood and have no effect here: shown at start, never fatal. */
  readonly warnings: readonly ConfigWarning[];
}

/** Where a plugin's sandbox is: in the host's process, or in one of its own. */
export type Isolation = "shared" | "process";

export interface ConfigWarning {
  readonly message: string;
  readonly position: SourcePosition;
}

export interface ServerConfig {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly bodyBytesMax: number;
  /** How long SIGTERM waits for requests in flight. */
  readonly drainMs: number;
}

export interface LoggingConfig {
  readonly level: LogLevel | "silent";
  readonly format: "json" | "pretty" | "auto";
}

/** Where the host itself answers, unless the user has a route there. */
export const HOST_PATHS = ["/health", "/livez", "/readyz"] as const;

/** `monitoring.metrics`. */
export interface MetricsConfig {
  readonly enabled: boolean;
  /** Where Prometheus finds them; a route of the user with this path goes before. */
  readonly path: string;
}

export interface DiscoveryConfig {
  readonly enabled: boolean;
  readonly directories: readonly string[];
  readonly recursive: boolean;
}

export interface PluginConfig {
  readonly name: string;
  readonly enabled: boolean;
  /** Absolute; a plugin without one is looked for in the discovery directories. */
  readonly path: string | undefined;
  /** Overrides the manifest's `critical`. */
  readonly critical: boolean | undefined;
  readonly isolation: Isolation;
  readonly grants: Grants;
  readonly limits: PluginLimits;
  readonly config: JsonObject;
  readonly position: SourcePosition;
  /** Where `config` and the values in it stand, by JSON pointer below `config` ("" is itself). */
  readonly configPositions: ReadonlyMap<string, SourcePosition>;
}

export interface EndpointConfig {
  readonly id: string;
  /** Normal form: `/users/{id}`, `/files/*`. */
  readonly path: string;
  /** Upper case, without duplicates. */
  readonly methods: readonly string[];
  readonly description: string;
  readonly handler: HandlerConfig;
  readonly position: SourcePosition;
}

export type HandlerConfig =
  | { readonly kind: "mock"; readonly mock: MockConfig }
  | { readonly kind: "plugin"; readonly plugin: string };

export interface MockConfig {
  /** Value of `${mock.data}`. */
  readonly data: Json | undefined;
  readonly dataWritten?: Written | undefined;
  /** Keyed by method, or `*`. */
  readonly responses: Readonly<Record<string, MockResponse>>;
}

export interface MockResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** May contain templates such as `${path.id}` in any string. */
  readonly body: Json | undefined;
  /** Nothing for one that nobody has written. */
  readonly written?: Written | undefined;
}

/** Where a value stands in the file, under which key, and where what is in it stands. */
export interface Written extends Place {
  /** As people look for it: `endpoints.users.response`. */
  readonly key: string;
}

export interface Place {
  readonly position: SourcePosition;
  /** By key, or by index. */
  readonly inside: ReadonlyMap<string, Place>;
}
