import { describe, expect, test } from "vitest";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import type { ErrorCode } from "../../../host/src/lib/errors.ts";
import { readSample } from "../../../host/src/sandbox/capabilities/metric-frame.ts";
import { HISTOGRAM_BOUNDS, PluginMetrics } from "../../../host/src/sandbox/capabilities/metrics.ts";
import type { FindCallee } from "../../../host/src/sandbox/capabilities/plugin-calls.ts";
import { PluginCalls } from "../../../host/src/sandbox/capabilities/plugin-calls.ts";
import { createRedactor } from "../../../host/src/sandbox/capabilities/redactor.ts";
import { readSecret } from "../../../host/src/sandbox/capabilities/secrets.ts";

const BROKEN: Readonly<Record<string, ErrorCode>> = {
  broken: "guest_failed",
  small: "guest_input_too_large",
  slow: "guest_timed_out",
  busy: "guest_busy",
};

/** Every plugin calls the next one of `route`, and answers the chain it was called in. */
function callsOf(route: readonly string[]): PluginCalls {
  const find: FindCallee = (name) => {
    if (name === "absent") return undefined;
    return async (input, origin) => {
      const code = BROKEN[name];
      if (code !== undefined) throw new BackworksError(code, "it holds a secret");
      if (name === "bug") throw new TypeError("a bug of ours");
      const next = route[route.indexOf(name) + 1];
      if (next === undefined) return Buffer.from(origin.chain.join(" ") + String(input));
      return calls.call(next, input, origin);
    };
  };
  const allowed = [...route, "absent", "bug", ...Object.keys(BROKEN), "a"];
  const calls = new PluginCalls({ allowed, find });
  return calls;
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String.fromCodePoint(97 + index));

const record = (metrics: PluginMetrics, ...frames: string[]): void => {
  for (const frame of frames) metrics.record(readSample(frame));
};

describe("secrets", () => {
  test("are read by name, and only those that are granted", () => {
    const secrets = new Map([["API_KEY", "hunter22"]]);
    expect(readSecret(secrets, "API_KEY")).toBe("hunter22");
    expect(() => readSecret(secrets, "constructor")).toThrow(
      expect.objectContaining({
        fault: "not_granted",
        message: expect.stringContaining('the secret "constructor" is not granted'),
      }),
    );
  });

  const redact = createRedactor([
    "hunter22",
    "hunter2",
    "a b&c/d",
    'quo"te\\d',
    "abc",
    "l1 one\nl2 two",
  ]);

  test.each([
    ["the key is hunter22!", "the key is ***!"],
    ["hunter2hunter22", "******"],
    ["?q=a%20b%26c%2Fd and a b&c/d", "?q=*** and ***"],
    [JSON.stringify({ key: 'quo"te\\d' }), '{"key":"***"}'],
    ["first l1 one, then l2 two", "first ***, then ***"],
    ["l1 one\nl2 two", "***"],
    ["nothing of abc", "nothing of abc"],
    ["$& hunter2", "$& ***"],
  ])("%j is logged as %j", (text, logged) => {
    expect(redact(text)).toBe(logged);
  });

  test("without any, text stays what it is", () => {
    expect(createRedactor([])("hunter22")).toBe("hunter22");
  });
});

describe("calls between plugins", () => {
  test("hand the input on and the output back", async () => {
    const output = await callsOf(["b", "c"]).call("b", Buffer.from("!"), { chain: ["a"] });
    expect(String(output)).toBe("a b c!");
  });

  test("are eight plugins deep and no deeper", async () => {
    const eight = await callsOf(names(8)).call("b", Buffer.from(""), { chain: ["a"] });
    expect(String(eight)).toBe("a b c d e f g h");
    await expect(
      callsOf(names(9)).call("b", Buffer.from(""), { chain: ["a"] }),
    ).rejects.toMatchObject({
      fault: "failed",
    });
    const deepest = callsOf(names(9)).call("i", Buffer.from(""), { chain: names(8) });
    await expect(deepest).rejects.toMatchObject({
      fault: "quota",
      message: "calls of plugins are more than 8 deep: a → b → c → d → e → f → g → h → i",
    });
  });

  test.each([
    ["a circle", "a", "conflict", "plugins call each other in a circle: a → b → a"],
    ["a plugin that is not granted", "z", "not_granted", 'calls of plugin "z" are not granted'],
    ["a plugin that is not there", "absent", "unavailable", 'plugin "absent" is not there'],
    ["a plugin that fails", "broken", "failed", 'plugin "broken" failed'],
    ["more than a plugin takes", "small", "too_large", 'plugin "small" takes no input as large'],
    ["a plugin that is slow", "slow", "timeout", 'plugin "slow" took longer than it may'],
    ["a plugin that is busy", "busy", "unavailable", 'plugin "busy" has no instance free'],
  ])("end at %s", async (_, name, fault, message) => {
    const call = callsOf(["b"]).call(name, new Uint8Array(0), { chain: ["a", "b"] });
    await expect(call).rejects.toMatchObject({ fault, message: expect.stringContaining(message) });
  });
});

test("a bug of the host in a call is no plugin's failure", async () => {
  const call = callsOf([]).call("bug", new Uint8Array(0), { chain: ["b"] });
  await expect(call).rejects.toThrow(TypeError);
});

describe("metrics", () => {
  test("counters add up, gauges keep the last value, histograms fill buckets", () => {
    const metrics = new PluginMetrics({ seriesMax: 10 });
    record(
      metrics,
      "counter reports_total 1\nb: 2\na: 1",
      "counter reports_total 2.5\na: 1\nb: 2\n",
    );
    record(
      metrics,
      "gauge queue 5",
      "gauge queue -3",
      "histogram seconds 0.01",
      "histogram seconds 99",
    );
    expect(metrics.snapshot()).toEqual([
      {
        kind: "counter",
        name: "reports_total",
        labels: [
          ["a", "1"],
          ["b", "2"],
        ],
        value: 3.5,
        count: 2,
        buckets: [],
      },
      { kind: "gauge", name: "queue", labels: [], value: -3, count: 2, buckets: [] },
      {
        kind: "histogram",
        name: "seconds",
        labels: [],
        value: 99.01,
        count: 2,
        buckets: HISTOGRAM_BOUNDS.map((bound) => Number(bound >= 0.01)),
      },
    ]);
  });

  test("series beyond the bound are counted together, so that the sum stays right", () => {
    const metrics = new PluginMetrics({ seriesMax: 2 });
    for (let user = 0; user < 100; user++) record(metrics, `counter calls 1\nuser: ${user}`);
    const series = metrics.snapshot();
    expect(series).toHaveLength(3);
    expect(series[2]).toMatchObject({ labels: [["overflow", "true"]], value: 98 });
    expect(metrics.overflowed).toBe(98);
    record(metrics, "counter calls 1\nuser: 1");
    expect(metrics.snapshot()[1]).toMatchObject({ value: 2 });
  });

  test("names are bounded too", () => {
    const metrics = new PluginMetrics({ seriesMax: 1 });
    for (let i = 0; i < 100; i++) record(metrics, `gauge g${i} 1`);
    expect(() => record(metrics, "gauge one_more 1")).toThrow("more than 100 names");
    expect(metrics.snapshot()).toHaveLength(100);
  });

  test("a name stays of one kind", () => {
    const metrics = new PluginMetrics({ seriesMax: 10 });
    record(metrics, "gauge queue 1");
    expect(() => record(metrics, "counter queue 1")).toThrow("queue is a gauge, not a counter");
  });

  test.each([
    ["", "line 1"],
    ["counter", "line 1"],
    ["counter calls", "line 1"],
    ["counter calls NaN", "line 1"],
    ["counter calls 0x10", "line 1"],
    ["counter calls 1 2", "line 1"],
    ["summary calls 1", "line 1"],
    ["counter calls 1\nlabel", "line 2"],
    ["counter calls 1e999", "finite"],
    ["counter calls -1", "only grows"],
    ["counter Calls 1", "expected a name"],
    ["counter __proto__ 1", "expected a name"],
    ["counter calls 1\nA: b", "expected labels"],
    ["counter calls 1\nexported_plugin: b", "expected labels"],
    ["counter calls 1\na: b\r# TYPE c gauge", "control character"],
    ["counter calls 1\na: b\na: c", "different labels"],
    [`counter calls 1\na: ${"x".repeat(129)}`, "at most 128"],
    [
      `counter calls 1${names(9)
        .map((label) => `\n${label}: 1`)
        .join("")}`,
      "at most 8",
    ],
  ])("%j is refused, and nothing is counted", (frame, reason) => {
    const metrics = new PluginMetrics({ seriesMax: 10 });
    expect(() => record(metrics, frame)).toThrow(
      expect.objectContaining({ fault: "invalid", message: expect.stringContaining(reason) }),
    );
    expect(metrics.snapshot()).toEqual([]);
  });
});
