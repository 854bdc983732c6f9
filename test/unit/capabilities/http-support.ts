import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { HTTP_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import type { HttpGrant } from "../../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { parseOrigin } from "../../../host/src/lib/origin.ts";
import type { Origin } from "../../../host/src/lib/origin.ts";
import { CapabilityError } from "../../../host/src/sandbox/capabilities/capability-error.ts";
import { HttpClient } from "../../../host/src/sandbox/capabilities/http/http-client.ts";
import type { HttpClientOptions } from "../../../host/src/sandbox/capabilities/http/http-client.ts";
import { readHttpRequest } from "../../../host/src/sandbox/capabilities/http/message.ts";
import type { HttpRequest } from "../../../host/src/sandbox/capabilities/http/message.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "../../support/tls.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

export interface TestServer {
  readonly port: number;
  readonly requests: readonly ReceivedRequest[];
  readonly server: Server;
}

export interface ReceivedRequest {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A server on the loopback that keeps what it was sent. */
export async function startServer(
  answer: RequestListener,
  scheme: "http" | "https" = "http",
): Promise<TestServer> {
  const requests: ReceivedRequest[] = [];
  const listener: RequestListener = async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += String(chunk);
    const { method, url, headers, rawHeaders } = incoming;
    requests.push({ method, url, headers, rawHeaders, body });
    answer(incoming, response);
  };
  const server =
    scheme === "http"
      ? createServer(listener)
      : createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  return { port: (server.address() as AddressInfo).port, requests, server };
}

export interface TestGrant extends Partial<Omit<HttpGrant, "allow">> {
  readonly allow: readonly string[];
  /** Default: everything that is allowed. */
  readonly asked?: readonly string[];
}

/** A client whose plugin may reach the loopback, unless the test says otherwise. */
export function openClient(
  { allow, asked = allow, ...grant }: TestGrant,
  options: Partial<HttpClientOptions> = {},
): HttpClient {
  const right = { ...HTTP_DEFAULTS, private: true, ...grant };
  const client = new HttpClient({
    right: { ...right, allow: allow.map(origin), asked: asked.map(origin) },
    clock: systemClock,
    ...options,
  });
  cleanups.push(() => client[Symbol.dispose]());
  return client;
}

function origin(text: string): Origin {
  const parsed = parseOrigin(text);
  if (parsed === undefined) throw new Error(`${text} is no origin`);
  return parsed;
}

export function request(text: string): HttpRequest {
  return readHttpRequest(new TextEncoder().encode(text));
}

export const get = (url: string): HttpRequest => request(`GET ${url}\n`);

export function budget(): { sent: number; open: number } {
  return { sent: 0, open: 0 };
}

/** The fault and the message that a call ends with, or what it answers. */
export async function outcome(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (thrown) {
    if (thrown instanceof CapabilityError) return `${thrown.fault}: ${thrown.message}`;
    throw thrown;
  }
}
