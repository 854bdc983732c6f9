import { afterEach, describe, expect, test } from "vitest";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import { Distribution } from "../../../host/src/executor/distribution.ts";
import { trapReason } from "../../../host/src/executor/plugin-stats.ts";
import type { Report } from "../../../host/src/executor/reported-families.ts";
import { Stats } from "../../../host/src/executor/stats.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";

const CALL: CallRecord = {
  hook: "process_endpoint",
  call: { chain: ["weather"] },
  outcome: "ok",
  failure: undefined,
  fuel: 1200,
  memoryBytes: 65_536,
  durationMs: 0.03,
};

const opened: Stats[] = [];
afterEach(() => {
  for (const stats of opened.splice(0)) stats[Symbol.dispose]();
});

function createStats(): Stats {
  const stats = new Stats();
  opened.push(stats);
  return stats;
}

function failed(code: "guest_trapped" | "guest_fuel_exhausted", reason?: string): CallRecord {
  const failure = new BackworksError(code, "it failed", { details: { reason } });
  return { ...CALL, outcome: code, failure };
}

function reasonOf(code: "guest_fuel_exhausted" | "guest_timed_out" | "guest_failed"): unknown {
  return trapReason(new BackworksError(code, "it failed"));
}

/** Lines of one family, without what explains it. */
async function familyLines(stats: Stats, family: string): Promise<string[]> {
  const text = await stats.print();
  return text.split("\n").filter((line) => line.startsWith(family));
}

describe("figures of plugins", () => {
  test("calls are counted by plugin, hook and outcome", async () => {
    const stats = createStats();
    stats.plugin("weather").record(CALL);
    stats.plugin("weather").record(CALL);
    stats.plugin("weather").record(failed("guest_trapped", "unreachable"));
    expect(await familyLines(stats, "backworks_plugin_calls_total")).toEqual([
      'backworks_plugin_calls_total{plugin="weather",hook="process_endpoint",outcome="ok"} 2',
      'backworks_plugin_calls_total{plugin="weather",hook="process_endpoint",outcome="guest_trapped"} 1',
    ]);
  });

  test("fuel is summed up over calls, failed ones included", async () => {
    const stats = createStats();
    stats.plugin("weather").record(CALL);
    stats.plugin("weather").record({ ...failed("guest_fuel_exhausted"), fuel: 11_000_000 });
    expect(await familyLines(stats, "backworks_plugin_fuel_consumed_total")).toEqual([
      'backworks_plugin_fuel_consumed_total{plugin="weather",hook="process_endpoint"} 11001200',
    ]);
  });

  test("memory is that of the last call that knew it", async () => {
    const stats = createStats();
    stats.plugin("weather").record({ ...CALL, memoryBytes: 131_072 });
    stats.plugin("weather").record({ ...CALL, memoryBytes: 0 });
    expect(await familyLines(stats, "backworks_plugin_memory_bytes")).toEqual([
      'backworks_plugin_memory_bytes{plugin="weather"} 131072',
    ]);
  });

  test("durations are a histogram in seconds", async () => {
    const stats = createStats();
    stats.plugin("weather").record(CALL);
    stats.plugin("weather").record({ ...CALL, durationMs: 20 });
    const found = await familyLines(stats, "backworks_plugin_call_duration_seconds");
    const labels = 'plugin="weather",hook="process_endpoint"';
    expect(found).toContain(
      `backworks_plugin_call_duration_seconds_bucket{${labels},le="0.00005"} 1`,
    );
    expect(found.slice(-3)).toEqual([
      `backworks_plugin_call_duration_seconds_bucket{${labels},le="+Inf"} 2`,
      expect.stringMatching(/_sum\{.*\} 0\.02003/),
      `backworks_plugin_call_duration_seconds_count{${labels}} 2`,
    ]);
  });

  test("a plugin that was never called has no figures", async () => {
    const stats = createStats();
    stats.plugin("quiet");
    expect(await familyLines(stats, "backworks_plugin")).toEqual([]);
  });

  test("two applications count apart", async () => {
    const [one, other] = [createStats(), createStats()];
    one.plugin("weather").record(CALL);
    expect(await familyLines(other, "backworks_plugin_calls_total")).toEqual([]);
  });
});

describe("reasons of traps", () => {
  const REASONS: readonly (readonly [words: string, reason: string])[] = [
    ["unreachable", "unreachable"],
    ["memory access out of bounds", "out_of_bounds"],
    ["table index is out of bounds", "out_of_bounds"],
    ["call stack exhausted", "stack_exhausted"],
    ["divide by zero", "arithmetic"],
    ["divide result unrepresentable", "arithmetic"],
    ["float unrepresentable in integer range", "arithmetic"],
    ["null function or function signature mismatch", "indirect_call"],
    ["an exception was not caught", "exception"],
    ["proc_exit(3)", "exit"],
    ["a name of the guest's choice\"} 1\n", "other"],
  ];

  test.each(REASONS)("%s counts as %s", (words, reason) => {
    expect(trapReason(failed("guest_trapped", words).failure)).toBe(reason);
  });

  test("what ran out is a reason, and a guest that failed by itself has none", () => {
    expect(reasonOf("guest_fuel_exhausted")).toBe("out_of_fuel");
    expect(reasonOf("guest_timed_out")).toBe("out_of_time");
    expect(reasonOf("guest_failed")).toBeUndefined();
    expect(trapReason(new TypeError("ours"))).toBeUndefined();
  });

  test("they are counted by plugin", async () => {
    const stats = createStats();
    stats.plugin("weather").record(failed("guest_trapped", "unreachable"));
    stats.plugin("weather").record(failed("guest_fuel_exhausted"));
    expect(await familyLines(stats, "backworks_plugin_traps_total")).toEqual([
      'backworks_plugin_traps_total{plugin="weather",reason="unreachable"} 1',
      'backworks_plugin_traps_total{plugin="weather",reason="out_of_fuel"} 1',
    ]);
  });
});

describe("figures of requests", () => {
  const REQUEST = { method: "GET", route: "hello", status: 200, durationMs: 0.4 };

  test("they are counted by method, route and status", async () => {
    const stats = createStats();
    stats.requests.record(REQUEST);
    stats.requests.record({ ...REQUEST, route: undefined, status: 404 });
    expect(await familyLines(stats, "http_server_request_duration_seconds_count")).toEqual([
      'http_server_request_duration_seconds_count{method="GET",route="hello",status="200"} 1',
      'http_server_request_duration_seconds_count{method="GET",route="",status="404"} 1',
    ]);
  });

  test("a client cannot make a series of its own by the method", async () => {
    const stats = createStats();
    stats.requests.record({ ...REQUEST, method: "PROPFIND" });
    stats.requests.record({ ...REQUEST, method: "MKCOL" });
    expect(await familyLines(stats, "http_server_request_duration_seconds_count")).toEqual([
      'http_server_request_duration_seconds_count{method="other",route="hello",status="200"} 2',
    ]);
  });

  test("beyond five thousand series routes count together", async () => {
    const stats = createStats();
    for (let route = 0; route < 5100; route++) {
      stats.requests.record({ ...REQUEST, route: `route-${route}` });
    }
    const found = await familyLines(stats, "http_server_request_duration_seconds_count");
    expect(found).toHaveLength(5001);
    expect(found.at(-1)).toBe(
      'http_server_request_duration_seconds_count{method="GET",route="other",status="200"} 100',
    );
  });

  test("label values are escaped", async () => {
    const stats = createStats();
    stats.requests.record({ ...REQUEST, route: 'a"b\\c\nd' });
    expect(await familyLines(stats, "http_server_request_duration_seconds_count")).toEqual([
      'http_server_request_duration_seconds_count{method="GET",route="a\\"b\\\\c\\nd",status="200"} 1',
    ]);
  });
});

describe("figures that plugins report", () => {
  const SERIES = { labels: [], count: 1, buckets: [] } as const;
  const linesOf = async (...reports: Report[]): Promise<string[]> => {
    const text = await createStats().print(reports);
    return text.split("\n").filter((line) => /^(?:# TYPE )?plugin_/.test(line));
  };

  test("have the plugin as a label, beside their own", async () => {
    const series = [
      { ...SERIES, kind: "counter", name: "reports_total", labels: [["kind", "metar"]], value: 3 },
      { ...SERIES, kind: "gauge", name: "stations", value: -2 },
    ] as const;
    expect(await linesOf({ plugin: "weather", series })).toEqual([
      "# TYPE plugin_reports_total counter",
      'plugin_reports_total{plugin="weather",kind="metar"} 3',
      "# TYPE plugin_stations gauge",
      'plugin_stations{plugin="weather"} -2',
    ]);
  });

  test("are histograms where the plugin says so", async () => {
    const buckets = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2];
    const series = [
      { kind: "histogram", name: "wait", labels: [], value: 2.1, count: 3, buckets },
    ] as const;
    const lines = await linesOf({ plugin: "weather", series });
    expect(lines).toContain('plugin_wait_bucket{plugin="weather",le="0.1"} 1');
    expect(lines.slice(-3)).toEqual([
      'plugin_wait_bucket{plugin="weather",le="+Inf"} 3',
      'plugin_wait_sum{plugin="weather"} 2.1',
      'plugin_wait_count{plugin="weather"} 3',
    ]);
  });

  test("share a name between plugins, but not between kinds", async () => {
    const counter = { ...SERIES, kind: "counter", name: "seen", value: 1 } as const;
    const gauge = { ...SERIES, kind: "gauge", name: "seen", value: 5 } as const;
    const lines = await linesOf(
      { plugin: "a", series: [counter] },
      { plugin: "b", series: [gauge] },
      { plugin: "c", series: [counter] },
    );
    expect(lines).toEqual([
      "# TYPE plugin_seen counter",
      'plugin_seen{plugin="a"} 1',
      'plugin_seen{plugin="c"} 1',
      "# TYPE plugin_seen_gauge gauge",
      'plugin_seen_gauge{plugin="b"} 5',
    ]);
  });

  test("are no line twice, whatever plugins call them", async () => {
    const gauges = ["wait_count", "wait_sum", "wait_bucket", "wait_gauge"].map(
      (name) => ({ ...SERIES, kind: "gauge", name, value: 1 }) as const,
    );
    const wait = { ...SERIES, name: "wait", value: 1 } as const;
    const lines = await linesOf(
      { plugin: "a", series: [{ ...wait, kind: "histogram" }] },
      { plugin: "b", series: [...gauges, { ...wait, kind: "gauge" }] },
      { plugin: "c", series: gauges },
    );
    const names = lines.filter((line) => line.includes('plugin="b"'));
    expect(names).toEqual([
      'plugin_wait_count_gauge{plugin="b"} 1',
      'plugin_wait_sum_gauge{plugin="b"} 1',
      'plugin_wait_bucket_gauge{plugin="b"} 1',
      'plugin_wait_gauge{plugin="b"} 1',
      'plugin_wait_gauge_gauge{plugin="b"} 1',
    ]);
    expect(lines).toContain('plugin_wait_gauge{plugin="c"} 1');
    expect(new Set(lines).size).toBe(lines.length);
  });

  test("cannot be taken for another plugin's", async () => {
    const labels = [["plugin", "bank"]] as const;
    const series = [{ ...SERIES, kind: "gauge", name: "x", labels, value: 1 }] as const;
    expect(await linesOf({ plugin: "evil", series })).toContain(
      'plugin_x{plugin="evil",exported_plugin="bank"} 1',
    );
  });
});

test("the process tells what it uses", async () => {
  const text = await createStats().print();
  const valueOf = (name: string): number =>
    Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
  expect(valueOf("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
  expect(valueOf("process_cpu_seconds_total")).toBeGreaterThan(0);
  expect(valueOf("process_start_time_seconds")).toBeGreaterThan(1_700_000_000);
  expect(valueOf("nodejs_eventloop_lag_max_seconds")).toBeGreaterThanOrEqual(0);
});

test("a value on a bound belongs to it, and one above all bounds to infinity", () => {
  const distribution = new Distribution([1, 2]);
  for (const value of [0.5, 1, 1.5, 99]) distribution.add(value);
  expect(distribution.samples("x", { a: "b" })).toEqual([
    { metricName: "x_bucket", labels: { a: "b", le: 1 }, value: 2 },
    { metricName: "x_bucket", labels: { a: "b", le: 2 }, value: 3 },
    { metricName: "x_bucket", labels: { a: "b", le: "+Inf" }, value: 4 },
    { metricName: "x_sum", labels: { a: "b" }, value: 102 },
    { metricName: "x_count", labels: { a: "b" }, value: 4 },
  ]);
});
