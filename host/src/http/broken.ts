import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { problemResponse } from "./problem.ts";

export interface BrokenRequestOptions {
  readonly logger: Logger;
  readonly ids: Ids;
}

/**
 * Answers bytes that Node's parser refuses: such a request never becomes one, and its connection is
 * of no further use. While another request of the connection waits for its answer we write nothing,
 * because the client would take it for that answer.
 */
export function answerBrokenRequest(
  error: Error,
  socket: Socket,
  isAnswering: boolean,
  options: BrokenRequestOptions,
): void {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const requestId = options.ids();
  options.logger.debug({ requestId, code, client: socket.remoteAddress }, "broken request");
  if (!isAnswering && socket.writable && code !== "ECONNRESET") {
    const response = problemResponse(explain(code, error), requestId);
    const head = [
      `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ""}`,
      ...response.headers.map(([name, value]) => `${name}: ${value}`),
      `x-request-id: ${requestId}`,
      `content-length: ${response.body.length}`,
      "connection: close",
    ];
    socket.end(Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), response.body]));
  }
  socket.destroySoon();
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
