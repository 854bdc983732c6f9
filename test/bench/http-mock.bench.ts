import { deepEqual, equal } from "node:assert/strict";
import { ANSWER, pathOf } from "./http/answer.ts";
import { LoadedServer } from "./http/load.ts";
import { median, type Measure } from "./support.ts";

const OURS = "backworks";
const OTHERS = ["node-http", "express", "fastify"];
const ROUNDS = 5;
const REQUESTS = 10_000;

/** CPU time of one small JSON answer: our mock mode against the same answer by hand. */
export async function run(): Promise<readonly Measure[]> {
  const names = [OURS, ...OTHERS];
  using servers = new DisposableStack();
  const started = new Map<string, LoadedServer>();
  for (const name of names) started.set(name, servers.use(await LoadedServer.start(name, 1)));
  const micros = new Map<string, number[]>();
  for (const [name, server] of started) {
    await assertAnswer(server);
    await server.cpuMicros(pathOf(0), REQUESTS);
    micros.set(name, []);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, server] of started) {
      micros.get(name)?.push(await server.cpuMicros(pathOf(0), REQUESTS));
    }
  }
  const value = median(micros.get(OURS) ?? []);
  return OTHERS.map((against) => ({
    bench: "http-mock",
    metric: "cpu-per-request",
    value,
    unit: "µs",
    against,
    ratio: value / median(micros.get(against) ?? []),
  }));
}

async function assertAnswer(server: LoadedServer): Promise<void> {
  const response = await server.fetch(pathOf(0));
  equal(response.status, 200);
  equal(response.headers.get("content-type")?.split(";")[0], "application/json");
  deepEqual(await response.json(), ANSWER);
}
