import type { IncomingMessage } from "node:http";
import type { HeaderList } from "../contracts/exchange.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Ids } from "../lib/ids.ts";

const OUTSIDE_TARGET = /[^\x21-\x7e]|#/;
const ABSOLUTE_FORM = /^https?:\/\/[^/?]*/i;
const SAFE_ID = /^[A-Za-z0-9._:+/=@-]{1,128}$/;
/** W3C trace context, version 00: version, trace id, parent id, flags. */
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;
const NO_TRACE = "0".repeat(32);

/** The target in origin form; from a client that takes us for a proxy, its path (RFC 9112 3.2.2). */
export function targetOf(request: IncomingMessage): string {
  const url = request.url ?? "/";
  if (OUTSIDE_TARGET.test(url)) {
    throw new BackworksError(
      "request_malformed",
      `request target "${escapeText(url)}" has characters that a URL must percent-encode`,
    );
  }
  if (url.startsWith("/")) return url;
  const rest = url.replace(ABSOLUTE_FORM, "");
  if (rest === url) {
    throw new BackworksError(
      "request_malformed",
      `request target "${escapeText(url)}" is not a path: expected one that starts with /`,
    );
  }
  return rest.startsWith("/") ? rest : `/${rest}`;
}

/** Headers in wire order with lower-case names; values stay Latin-1 text. */
export function headersOf(request: IncomingMessage): HeaderList {
  const raw = request.rawHeaders;
  const headers: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    headers.push([(raw[i] ?? "").toLowerCase(), raw[i + 1] ?? ""]);
  }
  return headers;
}

/** The client's own id if it is harmless in logs and headers, else a fresh one. */
export function requestIdOf(request: IncomingMessage, ids: Ids): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && SAFE_ID.test(given) ? given : ids();
}

/** The trace the client is in, or the request's own id. A malformed `traceparent` is passed over. */
export function traceIdOf(request: IncomingMessage, requestId: string): string {
  const given = request.headers["traceparent"];
  const traceId = typeof given === "string" ? TRACEPARENT.exec(given)?.[1] : undefined;
  return traceId === undefined || traceId === NO_TRACE ? requestId : traceId;
}
