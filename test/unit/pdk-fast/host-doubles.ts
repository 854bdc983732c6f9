import { Buffer } from "node:buffer";
import {
  HTTP_DEFAULTS,
  KV_DEFAULTS,
  METRICS_DEFAULTS,
  NO_RIGHTS,
} from "../../../host/src/contracts/capabilities.ts";
import type { Rights } from "../../../host/src/contracts/capabilities.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { parseOrigin } from "../../../host/src/lib/origin.ts";
import { CapabilityError } from "../../../host/src/sandbox/capabilities/capability-error.ts";
import { createServices } from "../../../host/src/sandbox/capabilities/services.ts";
import type {
  HostServices,
  PluginServices,
} from "../../../host/src/sandbox/capabilities/services.ts";
import { ManualClock } from "../../support/clock.ts";
import { startServer, type TestServer } from "../capabilities/http-support.ts";
import { openStore } from "../capabilities/kv-support.ts";

/** A host whose time stands still and whose dice are loaded, with all granted that there is. */
export interface TestHost {
  readonly services: PluginServices;
  readonly clock: ManualClock;
  readonly server: TestServer;
  /** What the plugin has asked other plugins, databases and peers, in order. */
  readonly asked: readonly string[];
}

export async function startTestHost(): Promise<TestHost> {
  const clock = new ManualClock();
  const asked: string[] = [];
  const server = await startEcho();
  const services = createServices(rightsFor(server), {
    store: () => openStore(":memory:", clock),
    clock,
    fillRandom: (bytes) => {
      for (let index = 0; index < bytes.length; index++) bytes[index] = (index * 37 + 5) % 256;
    },
    findCallee: (name) => (name === "absent" ? undefined : callee(name, asked)),
    publish: ({ topic, payload }) => {
      asked.push(`event ${topic}: ${Buffer.from(payload).toString("latin1")}`);
    },
    sql: createDatabase(asked),
    tcp: createPeer(asked),
  });
  return { services, clock, server, asked };
}

function rightsFor({ port }: TestServer): Rights {
  const origin = parseOrigin(`http://127.0.0.1:${port}`);
  const origins = origin === undefined ? [] : [origin];
  return {
    ...NO_RIGHTS,
    kv: { ...KV_DEFAULTS, namespace: "test-plugin" },
    http: { ...HTTP_DEFAULTS, allow: origins, asked: origins, private: true },
    secrets: new Map([["token", "größe 😀"]]),
    plugins: ["geo", "broken", "absent"],
    events: { publish: ["a.b"], subscribe: [] },
    metrics: METRICS_DEFAULTS,
    clock: true,
    random: true,
    sql: ["main"],
    tcp: ["peer.example:7"],
  };
}

/** Answers with what it was sent, and with headers that are easily misread. */
async function startEcho(): Promise<TestServer> {
  return startServer(({ method, url }, response) => {
    const isMissing = url === "/missing";
    const headers = ["content-type", "text/plain", "x-twice", "one", "X-Twice", "two: 2"];
    response.writeHead(isMissing ? 404 : 200, [...headers, "x-latin", "größe"]);
    response.end(isMissing ? "" : `\ufeff${method} ${url} größe 😀\n\nend`);
  });
}

/** Answers backwards. */
function callee(name: string, asked: string[]): ReturnType<HostServices["findCallee"]> {
  return async (input) => {
    asked.push(`${name}: ${Buffer.from(input).toString("latin1")}`);
    if (name === "broken") throw new BackworksError("guest_failed", "not for the caller");
    return Uint8Array.from(input).toReversed();
  };
}

function createDatabase(asked: string[]): NonNullable<HostServices["sql"]> {
  return {
    query: async (database, statement, parameters) => {
      asked.push(`${database}: ${statement} ${JSON.stringify(parameters)}`);
      if (statement === "no") throw new CapabilityError("invalid", "no statement");
      return [{ id: 1, name: "größe 😀" }];
    },
  };
}

/** Sends back what it is sent, then closes. */
function createPeer(asked: string[]): NonNullable<HostServices["tcp"]> {
  return {
    open: async (peer) => {
      asked.push(`open ${peer}`);
      let kept: Uint8Array | undefined;
      return {
        send: async (bytes) => {
          asked.push(`send ${bytes.join(",")}`);
          kept = Uint8Array.from(bytes);
        },
        receive: async (bytesMax, timeoutMs) => {
          asked.push(`receive ${bytesMax} ${timeoutMs}`);
          const bytes = kept;
          kept = undefined;
          return bytes;
        },
        close: () => asked.push("close"),
      };
    },
  };
}
