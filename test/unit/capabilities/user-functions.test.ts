import { describe, expect, test } from "vitest";
import { Kernel } from "../../../host/src/abi/kernel.ts";
import { USER_FUNCTIONS } from "../../../host/src/abi/user.ts";
import {
  HTTP_DEFAULTS,
  KV_DEFAULTS,
  METRICS_DEFAULTS,
} from "../../../host/src/contracts/capabilities.ts";
import type { Rights } from "../../../host/src/contracts/capabilities.ts";
import { parseOrigin } from "../../../host/src/lib/origin.ts";
import { CallContext } from "../../../host/src/sandbox/capabilities/call-context.ts";
import { KvStore } from "../../../host/src/sandbox/capabilities/kv/kv-store.ts";
import { ManualClock } from "../../support/clock.ts";
import { Caller } from "./caller.ts";
import { startServer } from "./http-support.ts";

const fillWithA = (bytes: Uint8Array): void => void bytes.fill(0x61);
const fail = (): never => {
  throw new TypeError("bug");
};
const kv = { ...KV_DEFAULTS, namespace: "weather" };

describe("kv", () => {
  test("values go in and out as blocks, an empty one is not none", () => {
    const guest = new Caller({ kv });
    expect(guest.call("bw_kv_get", "a")).toBe(0n);
    expect(guest.call("bw_kv_set", "a", "value", 0n)).toBe(0n);
    expect(guest.call("bw_kv_get", "a")).toBe("value");
    guest.call("bw_kv_set", "a", "", 0n);
    expect(guest.call("bw_kv_get", "a")).toBe("");
    expect([guest.raw("bw_kv_delete", "a"), guest.raw("bw_kv_delete", "a")]).toEqual([1n, 0n]);
  });

  test("sums come back as text, also the negative ones", () => {
    const guest = new Caller({ kv });
    expect(guest.call("bw_kv_increment", "n", -3n, 0n)).toBe("-3");
    expect(guest.call("bw_kv_increment", "n", 2n ** 63n - 1n, 0n)).toBe("9223372036854775804");
    expect(guest.call("bw_kv_increment", "n", 2n ** 63n - 1n, 0n)).toBe(-8n);
    expect(guest.error()).toBe('"n" would leave the range of 64 bits');
  });

  test("compare-and-set tells no value (0) from an empty one", () => {
    const guest = new Caller({ kv });
    expect(guest.raw("bw_kv_compare_and_set", "a", "", "1", 0n)).toBe(0n);
    expect(guest.raw("bw_kv_compare_and_set", "a", 0n, "1", 0n)).toBe(1n);
    expect(guest.raw("bw_kv_compare_and_set", "a", "1", "2", 0n)).toBe(1n);
    expect(guest.call("bw_kv_get", "a")).toBe("2");
  });

  test("a time to live is in milliseconds", () => {
    const clock = new ManualClock();
    const store = new KvStore({ file: ":memory:", clock });
    const guest = new Caller({ kv }, { store: () => store });
    guest.call("bw_kv_set", "a", "1", 100n);
    clock.advance(100);
    expect(guest.call("bw_kv_get", "a")).toBe(0n);
    expect(guest.call("bw_kv_set", "a", "1", -1n)).toBe(-2n);
    expect(guest.error()).toBe("a time to live of -1 ms is no positive duration");
  });

  test("keys that are no UTF-8 are refused, not made into one", () => {
    const guest = new Caller({ kv });
    expect(guest.call("bw_kv_get", Buffer.of(0xff))).toBe(-2n);
    expect(guest.error()).toBe("a text is not UTF-8");
    expect(guest.call("bw_kv_get", 12_345n)).toBe(-2n);
  });

  test("a value that does not fit into kernel memory is a fault, not nothing", () => {
    const store = new KvStore({ file: ":memory:", clock: new ManualClock() });
    const grant = { kv: { ...kv, bytesMax: 2 ** 30 } };
    const guest = new Caller(grant, { store: () => store });
    guest.call("bw_kv_set", "a", new Uint8Array(1_000_000), 0n);
    let answer: unknown = 1n;
    for (let calls = 0; calls < 20 && answer !== -5n; calls++) answer = guest.raw("bw_kv_get", "a");
    expect(answer).toBe(-5n);
    guest.begin();
    expect(guest.raw("bw_kv_get", "a")).toBeGreaterThan(0n);
  });
});

test.each([
  ["bw_secret_get", []],
  ["bw_kv_get", []],
  ["bw_kv_set", ["value", 0n]],
  ["bw_kv_delete", []],
  ["bw_kv_increment", [1n, 0n]],
  ["bw_kv_compare_and_set", ["a", "b", 0n]],
  ["bw_plugin_call", ["input"]],
  ["bw_event_publish", ["payload"]],
] as const)("%s reads no name of more than 1,024 bytes", async (name, rest) => {
  const events = { publish: ["t"], subscribe: [] };
  const guest = new Caller({ kv, events }, { publish: () => undefined });
  expect(await guest.call(name, "n".repeat(1025), ...rest)).toBe(-5n);
  expect(guest.error()).toBe("a text has 1025 bytes, here at most 1024 are read");
});

test("the sentence for a fault is that of this call of the plugin, and of no earlier one", () => {
  const guest = new Caller({ kv });
  expect(guest.call("bw_kv_get", "")).toBe(-2n);
  expect(guest.error()).toBe("a key has 0 bytes, 1 to 512 are expected");
  guest.begin();
  expect(guest.error()).toBe(0n);
});

test("clock and random bytes are those of the host", () => {
  const clock = new ManualClock();
  clock.advance(1.5);
  const guest = new Caller({ clock: true, random: true }, { clock, fillRandom: fillWithA });
  expect(guest.raw("bw_clock_now")).toBe(1_700_000_000_001_500n);
  expect(guest.raw("bw_clock_monotonic")).toBe(1_500_000n);
  expect(guest.call("bw_random_bytes", 4n)).toBe("aaaa");
  expect(guest.call("bw_random_bytes", 65_537n)).toBe(-5n);
  expect(guest.call("bw_random_bytes", -1n)).toBe(-5n);
});

test("secrets are read by name", () => {
  const guest = new Caller({ secrets: new Map([["API_KEY", "hunter22"]]) });
  expect(guest.call("bw_secret_get", "API_KEY")).toBe("hunter22");
  expect(guest.call("bw_secret_get", "OTHER")).toBe(-1n);
});

test("metrics are recorded from frames", () => {
  const guest = new Caller({ metrics: METRICS_DEFAULTS });
  expect(guest.call("bw_metric_record", "counter reports_total 1\nstation: EDDF\n")).toBe(0n);
  expect(guest.call("bw_metric_record", "counter")).toBe(-2n);
});

test("requests are sent within the budget of one call of the plugin", async () => {
  const server = await startServer((_, response) => response.end("sunny"));
  const origin = `http://127.0.0.1:${server.port}`;
  const allow = [parseOrigin(origin)].flatMap((each) => each ?? []);
  const http = { ...HTTP_DEFAULTS, allow, asked: allow, private: true, callsMax: 1 };
  const guest = new Caller({ http });
  const send = async (): Promise<unknown> => guest.call("bw_http_send", `GET ${origin}/\n`, 1000n);
  expect(await send()).toMatch(/^!200\n(?:.*\n)*\nsunny$/);
  expect(await send()).toBe(-4n);
  guest.begin();
  expect(await send()).toContain("sunny");
  expect(await guest.call("bw_http_send", "GET http://localhost/\n", 0n)).toBe(-1n);
  expect(guest.error()).toContain("http://localhost:80 is not in the manifest");
});

test("other plugins are called with the chain so far", async () => {
  const guest = new Caller(
    { plugins: ["geo"] },
    {
      findCallee:
        () =>
        async (input, { chain }) =>
          Buffer.concat([Buffer.from(`${chain.join(">")} `), input]),
    },
  );
  expect(await guest.call("bw_plugin_call", "geo", Buffer.of())).toBe("weather>geo ");
  expect(await guest.call("bw_plugin_call", "auth", "x")).toBe(-1n);
});

test("a bug of the host is not hidden as a fault", async () => {
  const context = new CallContext(new Kernel());
  expect(() => context.answer(fail)).toThrow("bug");
  await expect(context.answerLater(async () => fail())).rejects.toThrow("bug");
});

describe("without a right", () => {
  const guest = new Caller({});
  const gated = Object.entries(USER_FUNCTIONS).filter(([, known]) => "capability" in known);

  test.each(gated)("%s answers -1", async (name, { signature }) => {
    const zeros = Array.from({ length: signature.indexOf(">") }, () => 0n);
    expect(await guest.call(name, ...zeros)).toBe(-1n);
    expect(guest.error()).toMatch(/grant/);
  });
});

test.each([
  ["bw_sql_query", { sql: ["main"] }],
  ["bw_tcp_open", { tcp: ["main"] }],
  ["bw_event_publish", { events: { publish: ["a"], subscribe: [] } }],
] as [string, Partial<Rights>][])("%s answers that nothing is configured", async (name, rights) => {
  const guest = new Caller(rights);
  expect(await guest.call(name, "main", "x", "y")).toBe(-3n);
  expect(guest.error()).toMatch(/^this host has nothing configured behind the capability/);
});
