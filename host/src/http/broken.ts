import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { problemResponse } from "./problem.ts";

/** Bytes that Node's parser refuses, and what was known of their request by then. */
export interface BrokenRequest {
  readonly error: Error;
  readonly socket: Socket;
  /** Whether other requests of the connection wait for their answers. */
  readonly isAnswering: boolean;
  readonly requestId: string;
  readonly traceId: string;
}

/** What was answered. */
export interface Refusal {
  readonly status: number;
  readonly bytes: number;
}

/**
 * Answers bytes that Node's parser refuses: the connection is of no further use. While another
 * request of it waits for its answer we write nothing, because the client would take it for that
 * answer; nor to a client that has gone.
 */
export function answerBrokenRequest(broken: BrokenRequest, logger: Logger): Refusal | undefined {
  const { error, socket, isAnswering, requestId, traceId } = broken;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  logger.debug({ requestId, code, client: socket.remoteAddress }, "broken request");
  let refusal: Refusal | undefined;
  if (!isAnswering && socket.writable && code !== "ECONNRESET") {
    const { status, headers, body } = problemResponse(explain(code, error), traceId);
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
      ...headers.map(([name, value]) => `${name}: ${value}`),
      `x-request-id: ${requestId}`,
      `content-length: ${body.length}`,
      "connection: close",
    ];
    socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), body]));
    refusal = { status, bytes: body.length };
  }
  socket.destroySoon();
  return refusal;
}

function explain(code: string, error: Error): BackworksError {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return new BackworksError("request_head_too_large", "the head of the request is too large");
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return new BackworksError("request_too_large", "the chunk extensions are too large");
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return new BackworksError("request_timed_out", "the request took too long to arrive");
    default:
      return new BackworksError(
        "request_malformed",
        `not an HTTP/1.1 request: ${escapeText(error.message)}`,
      );
  }
}
