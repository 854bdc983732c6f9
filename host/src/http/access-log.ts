import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";

/** One answered request. */
export interface Access {
  readonly requestId: string;
  /** The one a problem told the client, unless it is the request's id. */
  readonly traceId?: string;
  readonly method: string;
  /** As it came, without the query: queries carry secrets. */
  readonly path: string;
  /** Id of the matched route, absent when none was. */
  readonly route: string | undefined;
  readonly status: number;
  /** From the head of the request to its answer; the way through the network is not in it. */
  readonly durationMs: number;
  /** Of the response body. */
  readonly bytes: number;
  /** The client went away before it was answered. */
  readonly gone: boolean;
}

/** One line a request. */
export function logAccess(logger: Logger, access: Access): void {
  const { method, path, route, status, durationMs, bytes } = access;
  const fields = {
    requestId: access.requestId,
    ...(access.traceId !== undefined && { traceId: access.traceId }),
    method,
    path: escapeText(path),
    ...(route !== undefined && { route }),
    status,
    durationMs: Math.round(durationMs * 1000) / 1000,
    bytes,
  };
  logger.info(fields, access.gone ? "client gone" : "request");
}
