import { Buffer } from "node:buffer";
import { Agent as HttpAgent, request as requestHttp } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as requestHttps, type RequestOptions } from "node:https";
import type { LookupFunction } from "node:net";
import { CapabilityError } from "../capability-error.ts";
import { readHeaderPairs, type HttpRequest, type HttpResponse } from "./message.ts";

const SOCKETS_IDLE_MAX = 8;
const HEAD_BYTES_MAX = 16 * 1024;

export interface TransportOptions {
  readonly lookup: LookupFunction;
  readonly responseBytesMax: number;
  /** PEM certificates to trust instead of Node's own list; undefined in production. */
  readonly authorities: string | undefined;
}

/**
 * Sends requests of one plugin over connections of its own: a socket that another plugin's rights
 * opened is never reused. `node:http`, since it asks our look-up for every connection, needs no
 * further package, and reads no proxy from the environment when the agent is ours.
 */
export class Transport implements Disposable {
  readonly #options: TransportOptions;
  readonly #http = new HttpAgent({ keepAlive: true, maxFreeSockets: SOCKETS_IDLE_MAX });
  readonly #https = new HttpsAgent({ keepAlive: true, maxFreeSockets: SOCKETS_IDLE_MAX });

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** One request, one response; redirects are the caller's. Throws a `CapabilityError`. */
  async send(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    const message = await this.#open(request, signal, "any");
    const status = message.statusCode ?? 0;
    if (status < 200 || status > 599) {
      message.destroy();
      throw new CapabilityError("unavailable", `${request.url.host} answered status ${status}`);
    }
    const headers = readHeaderPairs(message.rawHeaders);
    try {
      return { status, headers, body: await this.#readBody(message, request) };
    } catch (cause) {
      throw failure(request, cause, signal);
    }
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #open(
    request: HttpRequest,
    signal: AbortSignal,
    connection: "any" | "new",
  ): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const options = { ...this.#requestOptions(request, connection), signal };
    const isSecure = request.url.protocol === "https:";
    const sent = (isSecure ? requestHttps : requestHttp)(request.url, options, resolve);
    // It stays for the life of the request: an error without a listener would end the process.
    sent.on("error", (cause) => {
      if (connection === "any" && isStale(sent, cause)) {
        resolve(this.#open(request, signal, "new"));
      } else {
        reject(failure(request, cause, signal));
      }
    });
    // A server that switches protocols was not asked to.
    sent.on("upgrade", (message, socket) => {
      socket.destroy();
      const status = `status ${message.statusCode}`;
      reject(new CapabilityError("unavailable", `${request.url.host} answered ${status}`));
    });
    sent.end(request.body);
    return promise;
  }

  #requestOptions(request: HttpRequest, connection: "any" | "new"): RequestOptions {
    const { method, url, headers, body } = request;
    const { lookup, authorities } = this.#options;
    const isSecure = url.protocol === "https:";
    const hasBody = body.length > 0 || ["POST", "PUT", "PATCH"].includes(method);
    const length = hasBody ? ["content-length", String(body.length)] : [];
    const agent = isSecure ? this.#https : this.#http;
    return {
      method,
      lookup,
      agent: connection === "any" ? agent : false,
      maxHeaderSize: HEAD_BYTES_MAX,
      // A list keeps several headers of one name; with a list, Node adds no host by itself.
      headers: ["host", url.host, ...headers.flat(), ...length],
      // Written out, so that no variable of the environment turns it off.
      ...(isSecure && { rejectUnauthorized: true }),
      ...(isSecure && authorities !== undefined && { ca: authorities }),
    };
  }

  async #readBody(message: IncomingMessage, { method, url }: HttpRequest): Promise<Uint8Array> {
    const { responseBytesMax } = this.#options;
    const chunks: Uint8Array[] = [];
    let length = method === "HEAD" ? 0 : Number(message.headers["content-length"] ?? 0);
    if (length <= responseBytesMax) {
      length = 0;
      for await (const chunk of message) {
        chunks.push(chunk);
        length += chunk.length;
        if (length > responseBytesMax) break;
      }
    }
    if (length <= responseBytesMax) return Buffer.concat(chunks);
    message.destroy();
    const text = `the answer of ${url.host} has more than ${responseBytesMax} bytes (grants.http.response_bytes_max)`;
    throw new CapabilityError("too_large", text);
  }
}

/** Whether a connection that was kept had been closed by the server just then (RFC 9110 9.2.2). */
function isStale(sent: ClientRequest, cause: Error): boolean {
  const isReset = "code" in cause && cause.code === "ECONNRESET";
  return isReset && sent.reusedSocket && (sent.method === "GET" || sent.method === "HEAD");
}

/** What the guest is told: no addresses of ours, no stack. */
function failure(request: HttpRequest, cause: unknown, signal: AbortSignal): CapabilityError {
  if (cause instanceof CapabilityError) return cause;
  if (signal.aborted && signal.reason instanceof CapabilityError) return signal.reason;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "no code";
  const message = `the request to ${request.url.host} failed (${code})`;
  return new CapabilityError("unavailable", message, { cause });
}
