/**
 * One server in a process of its own, so that its CPU time is not mixed with the load generator's.
 * Arguments: who answers, and how many routes it has. Tells its port, then its CPU time on request.
 */
import { createServer } from "node:http";
import type { Server } from "node:net";
import express from "express";
import fastify from "fastify";
import { HttpServer } from "../../../host/src/http/server.ts";
import { DEFAULT_HTTP_LIMITS } from "../../../host/src/http/limits.ts";
import { assert } from "../../../host/src/lib/assert.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { createRandomIds } from "../../../host/src/lib/ids.ts";
import { createLogger } from "../../../host/src/lib/logger.ts";
import { composeMock } from "../../../host/src/modes/mock.ts";
import { orderHooks } from "../../../host/src/pipeline/order.ts";
import { composePipeline } from "../../../host/src/pipeline/pipeline.ts";
import { ANSWER, pathOf } from "./answer.ts";

type Start = (routes: number) => Promise<number>;

const STARTERS: Readonly<Record<string, Start>> = {
  backworks: async (count) => {
    const clock = systemClock;
    const ids = createRandomIds();
    const order = orderHooks([]);
    const routes = Array.from({ length: count }, (_, index) => {
      const endpoint = {
        id: `route-${index}`,
        path: pathOf(index),
        methods: ["GET"],
        position: { file: "bench" },
      };
      const mock = {
        data: undefined,
        responses: { GET: { status: 200, headers: {}, body: ANSWER } },
      };
      const handler = composeMock(endpoint, mock, { clock, ids, random: Math.random });
      return { ...endpoint, handler: composePipeline(endpoint, order, handler, () => undefined) };
    });
    const server = new HttpServer({
      config: { host: "127.0.0.1", port: 0, bodyBytesMax: 1024 * 1024 },
      limits: DEFAULT_HTTP_LIMITS,
      routes,
      version: "0.0.0",
      health: () => ({ status: "healthy", plugins: {} }),
      isReady: () => true,
      // None of the others writes an access log.
      logger: createLogger({ level: "warn", destination: process.stderr }),
      clock,
      ids,
    });
    return (await server.listen()).port;
  },
  "node-http": async () =>
    await listen(
      createServer((_, res) => {
        const body = JSON.stringify(ANSWER);
        const headers = { "content-type": "application/json", "content-length": body.length };
        res.writeHead(200, headers);
        res.end(body);
      }),
    ),
  express: async (count) => {
    const app = express();
    for (let index = 0; index < count; index++) {
      app.get(pathOf(index), (_, res) => void res.json(ANSWER));
    }
    return await listen(createServer(app));
  },
  fastify: async (count) => {
    const app = fastify();
    for (let index = 0; index < count; index++) app.get(pathOf(index), () => ANSWER);
    await app.listen({ host: "127.0.0.1", port: 0 });
    return portOf(app.server);
  },
};

async function listen(server: Server): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen({ host: "127.0.0.1", port: 0 }, () => resolve(undefined));
  await promise;
  return portOf(server);
}

function portOf(server: Server): number {
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a TCP server has a TCP address");
  return address.port;
}

const [name = "", routes = "1"] = process.argv.slice(2);
const start = STARTERS[name];
if (start === undefined) throw new Error(`no server named ${name}`);
process.send?.(await start(Number(routes)));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
