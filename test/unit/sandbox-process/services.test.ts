import { describe, expect, test } from "vitest";
import {
  HTTP_DEFAULTS,
  KV_DEFAULTS,
  METRICS_DEFAULTS,
  type Rights,
} from "../../../host/src/contracts/capabilities.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { parseOrigin } from "../../../host/src/lib/origin.ts";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import type { PluginServices } from "../../../host/src/sandbox/capabilities/services.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../../host/src/sandbox/guest.ts";
import { createTestLogger } from "../../support/app.ts";
import { ManualClock } from "../../support/clock.ts";
import { wat } from "../../support/wat.ts";
import { startServer } from "../capabilities/http-support.ts";
import { askingGuest, placeOf, type Asked } from "./asking.ts";
import { createTestServices, startBytes } from "./support.ts";

const SECRET = "hunter22-and-more";

interface Outcome {
  readonly number?: bigint;
  readonly text?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** All that a call of the hook for one case comes to, in numbers and words. */
async function outcomeOf(guest: Guest, index: number): Promise<Outcome> {
  const input = { head: placeOf(index), body: undefined };
  try {
    return await guest.call("process_endpoint", input, (output) => ({
      number: output.readBigInt64LE(0),
      text: output.toString("latin1", 8),
    }));
  } catch (thrown) {
    if (!(thrown instanceof BackworksError)) throw thrown;
    return { error: { code: thrown.code, message: thrown.message } };
  }
}

type Told = Pick<CallRecord, "outcome" | "fuel" | "memoryBytes">;

interface World {
  readonly outcomes: readonly Outcome[];
  readonly told: readonly Told[];
}

type Serve = () => PluginServices;

/** Every case in the host's own process, and in one of its own, each world with its own services. */
async function inBoth(
  cases: readonly (readonly Asked[])[],
  serve: Serve,
): Promise<readonly [shared: World, isolated: World]> {
  const bytes = askingGuest(cases);
  return [await inShared(bytes, cases.length, serve), await inProcess(bytes, cases.length, serve)];
}

async function inShared(bytes: Uint8Array, count: number, serve: Serve): Promise<World> {
  const told: Told[] = [];
  using services = serve();
  const { logger } = createTestLogger();
  const options = { name: "test", config: {}, logger, services };
  const module = await compileModule(bytes);
  const onCall = (record: CallRecord): void => void told.push(keep(record));
  const guest = await createGuest({ ...options, module, onCall });
  const outcomes = await all(guest, count);
  guest.close();
  return { outcomes, told };
}

async function inProcess(bytes: Uint8Array, count: number, serve: Serve): Promise<World> {
  const told: Told[] = [];
  using services = serve();
  const onCall = (record: CallRecord): void => void told.push(keep(record));
  using isolated = await startBytes(bytes, { services, onCall });
  const outcomes = await all(isolated.guest, count);
  // No lie was found: one process did it all.
  expect(isolated.records.filter((record) => record["pid"] !== undefined)).toHaveLength(1);
  return { outcomes, told };
}

function keep({ outcome, fuel, memoryBytes }: CallRecord): Told {
  return { outcome, fuel, memoryBytes };
}

async function all(guest: Guest, count: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let index = 0; index < count; index++) outcomes.push(await outcomeOf(guest, index));
  return outcomes;
}

const RIGHTS: Partial<Rights> = {
  kv: { ...KV_DEFAULTS, namespace: "test", bytesMax: 100 },
  secrets: new Map([["KEY", SECRET]]),
  metrics: METRICS_DEFAULTS,
  clock: true,
  random: true,
  plugins: ["geo", "broken", "test"],
  events: { publish: ["news"], subscribe: [] },
  sql: ["main"],
  tcp: ["localhost:1"],
};

const SYNC: readonly (readonly Asked[])[] = [
  [["bw_kv_get", "none"]],
  [
    ["bw_kv_set", "a", "value", 0n],
    ["bw_kv_get", "a"],
  ],
  [
    ["bw_kv_set", "empty", "", 0n],
    ["bw_kv_get", "empty"],
  ],
  [["bw_kv_increment", "n", -3n, 0n]],
  [["bw_kv_increment", "a", 1n, 0n]],
  [["bw_kv_compare_and_set", "b", undefined, "1", 0n]],
  [["bw_kv_compare_and_set", "b", "", "2", 0n]],
  [["bw_kv_delete", "b"]],
  [["bw_kv_get", ""]],
  [["bw_kv_get", "\u00ff"]],
  [["bw_kv_get", undefined]],
  [["bw_kv_get", 1n]],
  [["bw_kv_set", "k", "x".repeat(200), 0n]],
  [["bw_kv_set", "k", "v", -1n]],
  [["bw_secret_get", "KEY"]],
  [["bw_secret_get", "OTHER"]],
  [["bw_metric_record", "counter reports_total 1\nstation: EDDF\n"]],
  [["bw_metric_record", "counter"]],
  [["bw_clock_now"]],
  [["bw_clock_monotonic"]],
  [["bw_random_bytes", 4n]],
  [["bw_random_bytes", 65_537n]],
  [["bw_tcp_close", 1n]],
];

const quiet = (): PluginServices => {
  const clock = new ManualClock();
  clock.advance(1234.5);
  return createTestServices(RIGHTS, { clock, fillRandom: (bytes) => void bytes.fill(0x61) });
};

describe("a guest in a process of its own is answered as in the host's:", () => {
  test("functions that answer at once", async () => {
    const [shared, isolated] = await inBoth(SYNC, quiet);
    expect(isolated.outcomes).toEqual(shared.outcomes);
    // Fuel, too, is the same to the unit.
    expect(isolated.told).toEqual(shared.told);
    expect(shared.outcomes).toContainEqual(expect.objectContaining({ text: "value" }));
    expect(shared.outcomes).toContainEqual({ number: -1n, text: expect.stringContaining("OTHER") });
  });

  test("functions that suspend it", async () => {
    const server = await startServer((_, response) => response.end("sunny"));
    const origin = `http://127.0.0.1:${server.port}`;
    const allow = [parseOrigin(origin)].flatMap((each) => each ?? []);
    const http = { ...HTTP_DEFAULTS, allow, asked: allow, private: true, callsMax: 2 };
    const send: Asked = ["bw_http_send", `GET ${origin}/\n`, 1000n];
    const request: Asked = ["http_request", JSON.stringify({ url: origin }), undefined];
    const cases: readonly (readonly Asked[])[] = [
      [send],
      [send, send, send],
      [["bw_http_send", "GET http://elsewhere.example/\n", 0n]],
      [["bw_http_send", "no request", 0n]],
      [request],
      [request, ["http_status_code"]],
      [["http_status_code"]],
      [["http_headers"]],
      [["http_request", "{}", ""]],
      [["http_request", JSON.stringify({ url: "http://elsewhere.example" }), ""]],
      [["bw_plugin_call", "geo", "input"]],
      [["bw_plugin_call", "broken", "input"]],
      [["bw_plugin_call", "test", "input"]],
      [["bw_plugin_call", "other", "input"]],
      [["bw_sql_query", "main", "SELECT 1", undefined]],
      [["bw_tcp_open", "localhost:1"]],
      [["bw_tcp_send", 1n, "bytes"]],
      [["bw_tcp_receive", 1n, 10n, 10n]],
      ...SYNC.slice(0, 3),
    ];
    const serve = (): PluginServices =>
      createTestServices(
        { ...RIGHTS, http },
        {
          findCallee:
            (name) =>
            async (input, { chain }) => {
              if (name === "broken") throw new BackworksError("guest_failed", "no");
              return Buffer.concat([Buffer.from(`${chain.join(">")} `), input]);
            },
        },
      );
    const [shared, isolated] = await inBoth(cases, serve);
    expect(isolated.outcomes.map(undated)).toEqual(shared.outcomes.map(undated));
    expect(isolated.told).toEqual(shared.told);
    expect(isolated.outcomes).toContainEqual(expect.objectContaining({ text: "test>geo input" }));
    expect(isolated.outcomes).toContainEqual({
      number: -4n,
      text: "more than 2 HTTP requests in one invocation (grants.http.calls_max)",
    });
    expect(server.requests).toHaveLength(10);
  });

  test("nothing at all where nothing is granted", async () => {
    const serve = (): PluginServices => createTestServices({});
    const cases: readonly (readonly Asked[])[] = [
      ...SYNC.slice(0, -1),
      [["bw_event_publish", "news", "payload"]],
      [["bw_http_send", "GET http://localhost/\n", 0n]],
      [["bw_plugin_call", "geo", "input"]],
    ];
    const [shared, isolated] = await inBoth(cases, serve);
    expect(isolated.outcomes).toEqual(shared.outcomes);
    expect(isolated.outcomes.filter(({ number }) => number !== -1n)).toEqual([]);
  });
});

test("a connection of a guest in a process ends with the call that opened it", async () => {
  const told: string[] = [];
  const connection = {
    send: async () => undefined,
    receive: async () => undefined,
    close: () => void told.push("closed"),
  };
  const tcp = { open: async () => connection };
  const services = createTestServices({ tcp: ["plc:502"] }, { tcp });
  const bytes = askingGuest([[["bw_tcp_open", "plc:502"]]]);
  using isolated = await startBytes(bytes, { services });
  expect(await outcomeOf(isolated.guest, 0)).toEqual({ number: 1n, text: "" });
  expect(told).toEqual(["closed"]);
});

test("secrets are masked in what a guest in a process logs, before it is cut", async () => {
  const logging = wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
    (import "extism:host/env" "log_info" (func $log (param i64)))
    (func (export "before_request") (result i32) (local $text i64)
      (local.set $text (call $alloc (i64.const 16)))
      (call $store (local.get $text) (i64.const 0x3131313131313131))
      (call $store (i64.add (local.get $text) (i64.const 8)) (i64.const 0x3232323232323232))
      (call $log (local.get $text))
      (i32.const 0)))`);
  const services = createTestServices({ secrets: new Map([["KEY", "12222222"]]) });
  using isolated = await startBytes(logging, { services, limits: { logRecordLengthMax: 12 } });
  await isolated.call("before_request");
  expect(isolated.records.at(-1)).toMatchObject({ level: "info", msg: "1111111***2" });
});

/** A response's headers hold the time. */
function undated({ text, ...rest }: Outcome): Outcome {
  return text === undefined ? rest : { ...rest, text: text.replace(/^date: .*$/m, "date") };
}
