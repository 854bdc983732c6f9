import type { ServerResponse } from "node:http";
import { HOST_HEADERS } from "../contracts/exchange.ts";
import type { ResponseMessage } from "../contracts/exchange.ts";
import { assert } from "../lib/assert.ts";

/** What the host adds to every response. */
export interface Framing {
  readonly requestId: string;
  /** Whether this is the last response on its connection. */
  readonly close: boolean;
  /** HEAD: the head of the response only. */
  readonly headOnly: boolean;
}

/** None of them has a body; of the second alone the length is said, which is zero (RFC 9112 6.3). */
const NO_CONTENT = 204;
const RESET_CONTENT = 205;
const NOT_MODIFIED = 304;

/** Up to here head and body leave in one write; beyond, copying costs more than a second chunk. */
const ONE_WRITE_BYTES_MAX = 16 * 1024;

/**
 * Writes the head, and says how many bytes of body belong to it. Headers that frame the message are
 * the host's: those of the message are passed over, so that no handler and no plugin can make two
 * responses out of one.
 */
export function writeHead(res: ServerResponse, message: ResponseMessage, framing: Framing): number {
  const { body, status } = message;
  // A 1xx is never the last word: the client would read what follows as the real response.
  assert(status >= 200 && status <= 599, `a response has a status from 200 to 599, not ${status}`);
  const headers: string[] = [];
  for (const [given, value] of message.headers) {
    const name = given.toLowerCase();
    if (HOST_HEADERS.has(name) || name === "x-request-id") continue;
    headers.push(name, value);
  }
  headers.push("x-request-id", framing.requestId);
  if (framing.close) headers.push("connection", "close");
  const length = status === RESET_CONTENT ? 0 : body.length;
  const hasLength = status !== NO_CONTENT && status !== NOT_MODIFIED;
  // A HEAD handler that has no body at hand may leave the length out (RFC 9110 9.3.2).
  if (hasLength && !(framing.headOnly && body.length === 0)) {
    headers.push("content-length", String(length));
  }
  res.writeHead(status, headers);
  return hasLength && !framing.headOnly ? length : 0;
}

/** Ends a response with a body of `message`, if it has one to send. */
export function endWith(res: ServerResponse, body: Uint8Array, bytes: number): void {
  if (bytes === 0) {
    res.end();
  } else if (bytes <= ONE_WRITE_BYTES_MAX) {
    // As Latin-1 text Node joins it with the head: one write to the socket instead of two.
    res.end(Buffer.from(body.buffer, body.byteOffset, bytes).toString("latin1"), "latin1");
  } else {
    res.end(body);
  }
}
