import type { CapabilitiesAsked } from "./capabilities.ts";
import type { HookMatch, HookName } from "./hooks.ts";
import type { JsonObject } from "./json.ts";
import type { LimitsAsked } from "./limits.ts";

/** The custom section of a module that holds its manifest as JSON in UTF-8. */
export const MANIFEST_SECTION = "backworks:manifest";

export const ABI_VERSION = 1;

/** What names of plugins match, in the schemas, too. */
export const NAME_PATTERN = "^[a-z][a-z0-9-]{0,63}$";

/** The part of an exchange that a hook is sent. Nothing else ever reaches the guest. */
export interface Reads {
  /** Request header names, lower case; `["*"]` sends all but credentials (cookie and the like). */
  readonly headers: readonly string[];
  /** after_response only: response header names; `["*"]` sends all but set-cookie. */
  readonly responseHeaders: readonly string[];
  /** Path parameter names; `["*"]` sends all. */
  readonly params: readonly string[];
  /** Context keys provided by other plugins. */
  readonly context: readonly string[];
  readonly body: BodyRead;
}

export interface BodyRead {
  /** `text`: the guest reads UTF-8; `bytes`: as it came; `none`: no body is sent. */
  readonly mode: "none" | "text" | "bytes";
  /** A longer body fails the call with `guest_input_too_large`. At most 1 MiB. */
  readonly bytesMax: number;
}

/**
 * What a hook may change of an exchange. In the lists of headers `*` stands for all but those that
 * decide about security (`SENSITIVE_HEADERS`): they have to be named.
 */
export interface Writes {
  /** Request headers: before_request alone has them. */
  readonly headers: readonly string[];
  readonly responseHeaders: readonly string[];
  /** The status of the response; in before_request: answering at all. */
  readonly status: boolean;
  readonly body: boolean;
  /** before_request: path and query. */
  readonly target: boolean;
  /** Context keys; `*` is all. */
  readonly context: readonly string[];
}

/** Headers that decide who somebody is, where a browser goes and what it lets a page do. */
export const SENSITIVE_HEADERS: ReadonlySet<string> = new Set([
  "authorization",
  "clear-site-data",
  "content-security-policy",
  "content-security-policy-report-only",
  "cookie",
  "forwarded",
  "host",
  "location",
  "permissions-policy",
  "proxy-authorization",
  "refresh",
  "set-cookie",
  "strict-transport-security",
  "www-authenticate",
  "x-content-type-options",
  "x-frame-options",
  "x-real-ip",
]);

/** Families of them. */
export const SENSITIVE_PREFIXES = ["access-control-", "cross-origin-", "x-forwarded-"] as const;

/** What a hook without `writes` may change. */
export const WRITES_DEFAULT: Writes = {
  headers: ["*"],
  responseHeaders: ["*"],
  status: true,
  body: true,
  target: true,
  context: ["*"],
};

export interface HookDeclaration {
  readonly match: HookMatch;
  readonly reads: Reads;
  readonly writes: Writes;
  readonly priority: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A plugin's manifest with every default applied (`schemas/plugin-manifest.schema.json`). */
export interface Manifest {
  readonly abi: typeof ABI_VERSION;
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly hooks: Readonly<Partial<Record<HookName, HookDeclaration>>>;
  /** JSON Schema 2020-12 for `plugins.NAME.config`. */
  readonly configSchema: JsonObject | undefined;
  /** Range of host versions, npm style; `*` when absent. */
  readonly requiresHost: string;
  /** Plugins that must be loaded: ranges of their versions by name. */
  readonly requiresPlugins: Readonly<Record<string, string>>;
  /** Keys of context values it sets, and that it needs to find set. */
  readonly provides: readonly string[];
  readonly consumes: readonly string[];
  readonly critical: boolean;
  readonly capabilities: CapabilitiesAsked;
  readonly limits: LimitsAsked;
  /** One instance serves all calls, in their order, and keeps its memory. */
  readonly stateful: boolean;
}
