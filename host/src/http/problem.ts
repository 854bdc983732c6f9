import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { ResponseMessage } from "../contracts/exchange.ts";
import { BackworksError } from "../lib/errors.ts";
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
  /** Why the plugin failed, for machines: the code of its error. */
  readonly reason?: string;
  readonly traceId: string;
}

/** A crashed guest is replaced for the next request, so the shortest wait there is will do. */
const RETRY_AFTER_S = 1;

/** What a client may know of `thrown`. Of an error that is not ours it learns nothing but the id. */
export function describeProblem(thrown: unknown, traceId: string): Problem {
  if (!(thrown instanceof BackworksError)) {
    return {
      type: typeOf("internal"),
      title: titleOf("internal"),
      status: 500,
      detail: "the server met an error of its own; the log has it under this trace id",
      traceId,
    };
  }
  const { plugin, hook } = thrown.details;
  return {
    type: typeOf(thrown.code),
    title: titleOf(thrown.code),
    status: thrown.kind.status,
    detail: thrown.message,
    ...(typeof plugin === "string" && { plugin, reason: thrown.code }),
    ...(typeof hook === "string" && { hook }),
    traceId,
  };
}

/** The response for `thrown`; `details.allow` and `details.retryAfterMs` become headers. */
export function problemResponse(thrown: unknown, traceId: string): ResponseMessage {
  const problem = describeProblem(thrown, traceId);
  const details = thrown instanceof BackworksError ? thrown.details : {};
  const headers: [string, string][] = [["content-type", "application/problem+json"]];
  if (typeof details["allow"] === "string") headers.push(["allow", details["allow"]]);
  if (problem.status === 503) {
    const waitMs = details["retryAfterMs"];
    const seconds = typeof waitMs === "number" ? Math.ceil(waitMs / 1000) : 0;
    headers.push(["retry-after", String(Math.max(seconds, RETRY_AFTER_S))]);
  }
  const body = Buffer.from(JSON.stringify(problem));
  return { status: problem.status, headers, body };
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
