import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { ResponseMessage } from "../contracts/exchange.ts";
import { HOOKS, isHookName } from "../contracts/hooks.ts";
import { BackworksError, isErrorCode } from "../lib/errors.ts";
import type { ErrorCode } from "../lib/errors.ts";

/** An error as RFC 9457 tells it to a client. Absent members are not written. */
export interface Problem {
  /** `urn:backworks:error:CODE`: stable, so that clients can branch on it. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly plugin?: string;
  readonly hook?: string;
  /** Why the plugin failed, or was refused at start, for machines: the code of that error. */
  readonly reason?: string;
  readonly traceId: string;
}

const UNAVAILABLE = 503;

/** A crashed guest is replaced for the next request, so the shortest wait there is will do. */
const RETRY_AFTER_S = 1;

const UNKNOWN = "the server met an error of its own; the log has it under this trace id";

/** Of errors on our side these have messages that tell nothing from inside. */
const OPEN_CODES: ReadonlySet<ErrorCode> = new Set([
  "plugin_not_found",
  "plugin_unavailable",
  "server_draining",
]);

/** Hooks that are given what the client sends. */
const READS_REQUEST: ReadonlySet<unknown> = new Set(
  Object.keys(HOOKS).filter((name) => isHookName(name) && HOOKS[name].input === "request"),
);

/** What a client may know of `thrown`. Of an error that is not ours it learns nothing but the id. */
export function describeProblem(thrown: unknown, traceId: string): Problem {
  if (!(thrown instanceof BackworksError)) {
    const [type, title] = [typeOf("internal"), titleOf("internal")];
    return { type, title, status: 500, detail: UNKNOWN, traceId };
  }
  const { plugin, hook, reason } = thrown.details;
  return {
    type: typeOf(thrown.code),
    title: titleOf(thrown.code),
    status: statusOf(thrown),
    detail: detailOf(thrown),
    ...(typeof plugin === "string" && {
      plugin,
      reason: isErrorCode(reason) ? reason : thrown.code,
    }),
    ...(typeof hook === "string" && { hook }),
    traceId,
  };
}

/** 413 is for who sent too much: what the host gives other hooks is not the client's to shorten. */
export function statusOf(error: BackworksError): number {
  const isHosts = error.code === "guest_input_too_large" && !isClientsBody(error);
  return isHosts ? UNAVAILABLE : error.kind.status;
}

/** A client sent more than a plugin is given: theirs to shorten, and the operator's to permit. */
export function isClientsBody(error: BackworksError): boolean {
  if (error.code !== "guest_input_too_large") return false;
  const { hook } = (error.cause instanceof BackworksError ? error.cause : error).details;
  return READS_REQUEST.has(hook);
}

/** The response for `thrown`; `details.allow`, `challenge` and `retryMs` become headers. */
export function problemResponse(thrown: unknown, traceId: string): ResponseMessage {
  const problem = describeProblem(thrown, traceId);
  const headers: [string, string][] = [["content-type", "application/problem+json"]];
  if (thrown instanceof BackworksError) {
    const { allow, challenge, retryMs } = thrown.details;
    if (typeof allow === "string") headers.push(["allow", allow]);
    if (typeof challenge === "string") headers.push(["www-authenticate", challenge]);
    if (problem.status === UNAVAILABLE && mayPass(thrown)) {
      const seconds = typeof retryMs === "number" ? Math.ceil(retryMs / 1000) : 0;
      headers.push(["retry-after", String(Math.max(seconds, RETRY_AFTER_S))]);
    }
  }
  const body = Buffer.from(JSON.stringify(problem));
  return { status: problem.status, headers, body };
}

/** A guest is replaced for the next request; a plugin that was refused at start stays so. */
function mayPass({ code }: BackworksError): boolean {
  return !code.startsWith("plugin_");
}

/** A guest's messages show its inside, a path or a stack: they are for the log alone. */
function detailOf(error: BackworksError): string {
  const { plugin, hook, bytesMax } = error.details;
  if (OPEN_CODES.has(error.code)) return error.message;
  if (isClientsBody(error) && typeof bytesMax === "number") {
    return `the body has more than ${bytesMax} bytes, the most that plugin "${String(plugin)}" reads in ${String(hook)}`;
  }
  if (typeof plugin === "string") {
    return typeof hook === "string"
      ? `plugin "${plugin}" failed in ${hook}`
      : `plugin "${plugin}" failed`;
  }
  return error.kind.status < 500 ? error.message : UNKNOWN;
}

/** 204 that lists what a path can do, for OPTIONS. */
export function allowResponse(allow: readonly string[]): ResponseMessage {
  return { status: 204, headers: [["allow", allow.join(", ")]], body: EMPTY_BODY };
}

function typeOf(code: ErrorCode): string {
  return `urn:backworks:error:${code}`;
}

/** `route_not_found` is `Route not found`: one title per type, as RFC 9457 3.1.3 asks. */
function titleOf(code: ErrorCode): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
