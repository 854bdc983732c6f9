import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { HeaderList } from "../contracts/exchange.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Ids } from "../lib/ids.ts";

const OUTSIDE_TARGET = /[^\x21-\x7e]|#/;
const ABSOLUTE_FORM = /^https?:\/\/[^/?]*/i;
const MAPPED_IPV4 = /^::ffff:(?=\d+\.)/i;
const SAFE_ID = /^[A-Za-z0-9._:+/=@-]{1,128}$/;
/** W3C trace context: version, trace id, parent id, flags; what a later version adds follows a dash. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-|$)/;
const TRACE_ID = /^[0-9a-f]{32}$/;
const ZEROS = /^0+$/;
const TRACE_ID_DIGITS = 32;

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

/**
 * Headers in wire order with lower-case names; values stay Latin-1 text. Throws when there are too
 * many, or not one host as RFC 9112 3.2 asks: behind two of them, two servers see two requests.
 */
export function headersOf(request: IncomingMessage, headersMax: number): HeaderList {
  const raw = request.rawHeaders;
  if (raw.length > headersMax * 2) {
    throw new BackworksError(
      "request_head_too_large",
      `the request has ${raw.length / 2} headers: expected at most ${headersMax}`,
    );
  }
  const headers: [string, string][] = [];
  let hosts = 0;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = (raw[i] ?? "").toLowerCase();
    if (name === "host") hosts += 1;
    headers.push([name, raw[i + 1] ?? ""]);
  }
  if (hosts === 1 || (hosts === 0 && isOldHttp(request))) return headers;
  throw new BackworksError(
    "request_malformed",
    `the request has ${hosts} host headers: expected 1`,
  );
}

/** Address of the peer; one of IPv4 is written as such even when it came through an IPv6 socket. */
export function clientOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? "").replace(MAPPED_IPV4, "");
}

/** HTTP/1.0 knows neither the host header nor 100 Continue. */
export function isOldHttp(request: IncomingMessage): boolean {
  return request.httpVersionMajor === 1 && request.httpVersionMinor === 0;
}

/** The client's own id if it is harmless in logs and headers, else a fresh one. */
export function requestIdOf(request: IncomingMessage, ids: Ids): string {
  const given = request.headers["x-request-id"];
  return typeof given === "string" && SAFE_ID.test(given) ? given : ids();
}

/**
 * 32 hex digits: the trace the client is in, else the request's own id, else digits made of it, so
 * that who knows the id can find the trace. A malformed `traceparent` is passed over.
 */
export function traceIdOf(request: IncomingMessage, requestId: string): string {
  const given = request.headers["traceparent"];
  const traceId = typeof given === "string" ? readTraceparent(given) : undefined;
  if (traceId !== undefined) return traceId;
  if (TRACE_ID.test(requestId) && !ZEROS.test(requestId)) return requestId;
  return createHash("sha256").update(requestId).digest("hex").slice(0, TRACE_ID_DIGITS);
}

/** W3C trace context 3.2.2 and 4.3: ff is no version, zeros are no id, 00 has four fields. */
function readTraceparent(text: string): string | undefined {
  const [, version, traceId = "", parentId = "", more] = TRACEPARENT.exec(text) ?? [];
  if (version === undefined || version === "ff" || (version === "00" && more !== "")) {
    return undefined;
  }
  return ZEROS.test(traceId) || ZEROS.test(parentId) ? undefined : traceId;
}

/** Throws `request_expectation_unknown` for anything but 100-continue (RFC 9110 10.1.1). */
export function expectsContinue(request: IncomingMessage): boolean {
  const { expect } = request.headers;
  if (expect === undefined || isOldHttp(request)) return false;
  if (expect.toLowerCase() === "100-continue") return true;
  throw new BackworksError(
    "request_expectation_unknown",
    `the request expects "${escapeText(expect)}": this server knows 100-continue alone`,
  );
}
