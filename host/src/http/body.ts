import type { IncomingMessage, ServerResponse } from "node:http";
import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";

/** How much and how long a refused upload is still read, so that the client sees the answer. */
const LINGER_BYTES_MAX = 1024 * 1024;
const LINGER_MS = 1_000;

/** Whether a body follows the head (RFC 9112 6.3: both headers absent means none). */
export function hasBody(request: IncomingMessage): boolean {
  const length = request.headers["content-length"];
  if (length !== undefined) return length !== "0";
  return request.headers["transfer-encoding"] !== undefined;
}

/** Throws `request_too_large` when the client announces too much, before anything is read. */
export function checkAnnounced(request: IncomingMessage, bytesMax: number): void {
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw tooLarge(bytesMax);
}

/**
 * Reads the whole body. Rejects with `request_too_large` as soon as too many bytes came; resolves
 * with nothing when the client went away.
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size <= bytesMax) {
      chunks.push(chunk);
      return;
    }
    request.off("data", onData);
    request.pause();
    reject(tooLarge(bytesMax));
  };
  request.on("data", onData);
  request.once("end", () => resolve(join(chunks, size)));
  // Of a request that ended before, these say nothing new: the promise is settled by then.
  request.once("error", () => resolve(undefined));
  request.once("close", () => resolve(undefined));
  return await promise;
}

function join(chunks: readonly Buffer[], size: number): Uint8Array {
  const [first] = chunks;
  if (first === undefined) return EMPTY_BODY;
  return chunks.length === 1 ? first : Buffer.concat(chunks, size);
}

function tooLarge(bytesMax: number): BackworksError {
  return new BackworksError(
    "request_too_large",
    `the request body is too large: expected at most ${bytesMax} bytes (server.body_bytes_max)`,
  );
}

/**
 * Ends a response whose request is not read to its end. Closing at once would reset the connection,
 * and many clients then lose the answer they were sent (RFC 9112 9.6): so what still comes is
 * thrown away for a while first.
 */
export async function lingerThenEnd(
  request: IncomingMessage,
  response: ServerResponse,
  clock: Clock,
): Promise<void> {
  const done = new AbortController();
  let size = 0;
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > LINGER_BYTES_MAX) done.abort();
  });
  request.once("end", () => done.abort());
  request.once("close", () => done.abort());
  request.once("error", () => done.abort());
  request.resume();
  await clock.sleep(LINGER_MS, done.signal).catch(() => undefined);
  response.end();
}
