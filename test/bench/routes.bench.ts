import { deepEqual } from "node:assert/strict";
import { ANSWER, pathOf } from "./http/answer.ts";
import { LoadedServer } from "./http/load.ts";
import { median, type Measure } from "./support.ts";

const COUNTS = [1, 500, 10_000];
const ROUNDS = 5;
const REQUESTS = 10_000;
/** Express tries its routes one after another: fewer requests tell as much. */
const EXPRESS_REQUESTS = 2_000;
const EXPRESS_ROUTES_MAX = 500;

/** CPU time of a request to the last of many routes, against the first of them and Express's last. */
export async function run(): Promise<readonly Measure[]> {
  const measures: Measure[] = [];
  for (const count of COUNTS) {
    const [first, last] = await measure("backworks", count, REQUESTS);
    const common = { bench: "routes", metric: `last-of-${count}`, value: last, unit: "µs" };
    measures.push({ ...common, against: "first", ratio: last / first });
    if (count > EXPRESS_ROUTES_MAX) continue;
    const [, express] = await measure("express", count, EXPRESS_REQUESTS);
    measures.push({ ...common, against: "express", ratio: last / express });
  }
  return measures;
}

/** Medians for the first and the last route, asked in turn of one server. */
async function measure(
  name: string,
  count: number,
  requests: number,
): Promise<readonly [first: number, last: number]> {
  using server = await LoadedServer.start(name, count);
  const [first, last] = [pathOf(0), pathOf(count - 1)];
  for (const path of [first, last]) {
    deepEqual(await (await server.fetch(path)).json(), ANSWER);
    await server.cpuMicros(path, requests);
  }
  const micros: [number, number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    micros.push([await server.cpuMicros(first, requests), await server.cpuMicros(last, requests)]);
  }
  return [median(micros.map(([each]) => each)), median(micros.map(([, each]) => each))];
}
