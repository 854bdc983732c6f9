import type { HookName } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import type { CallRecord } from "../sandbox/call-meter.ts";
import { Distribution } from "./distribution.ts";
import type { Family, Sample } from "./family.ts";

/** Seconds. A hook takes microseconds; the last ones are for those that wait. */
const BOUNDS = [
  0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025,
  0.05, 0.1, 0.25, 0.5, 1, 5,
];

/**
 * Why guests trap, by the words of V8 and of the host. A guest chooses some of the words, and labels
 * must be few: whatever is not in the table counts as `other`.
 */
const TRAPS: readonly (readonly [reason: string, words: RegExp])[] = [
  ["unreachable", /^unreachable/],
  ["out_of_bounds", /out of bounds|outside of/],
  ["stack_exhausted", /call stack/],
  ["arithmetic", /divide|remainder|unrepresentable|overflow/],
  ["indirect_call", /function signature|null function|table index/],
  ["exception", /exception/],
  ["exit", /proc_exit/],
];

interface HookStats {
  /** Calls that failed, by the code of their error. */
  readonly failures: Map<string, number>;
  readonly seconds: Distribution;
  ok: number;
  fuel: number;
}

/** The figures of one plugin. Recording costs some 0.1 µs. */
export class PluginStats {
  readonly name: string;
  readonly hooks: Map<HookName, HookStats> = new Map();
  readonly traps: Map<string, number> = new Map();
  readonly dropped: Map<HookName, number> = new Map();
  /** 0: the guest has none, or none has served a call yet. */
  memoryBytes = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The record is lent. */
  record({ hook, outcome, durationMs, fuel, memoryBytes, failure }: CallRecord): void {
    const stats = this.hooks.get(hook) ?? this.#add(hook);
    stats.seconds.add(durationMs / 1000);
    stats.fuel += fuel;
    if (memoryBytes > 0) this.memoryBytes = memoryBytes;
    if (outcome === "ok") {
      stats.ok++;
      return;
    }
    increase(stats.failures, outcome);
    const reason = trapReason(failure);
    if (reason !== undefined) increase(this.traps, reason);
  }

  /** What a hook was to be given, and was not. */
  drop(hook: HookName): void {
    increase(this.dropped, hook);
  }

  #add(hook: HookName): HookStats {
    const stats = { failures: new Map(), seconds: new Distribution(BOUNDS), ok: 0, fuel: 0 };
    this.hooks.set(hook, stats);
    return stats;
  }
}

/** Why the guest's code was ended; undefined when it ended by itself. */
export function trapReason(thrown: unknown): string | undefined {
  if (!(thrown instanceof BackworksError)) return undefined;
  if (thrown.code === "guest_fuel_exhausted") return "out_of_fuel";
  if (thrown.code === "guest_timed_out") return "out_of_time";
  if (thrown.code !== "guest_trapped") return undefined;
  const { reason } = thrown.details;
  const known = TRAPS.find(([, words]) => typeof reason === "string" && words.test(reason));
  return known === undefined ? "other" : known[0];
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

const DURATION = "backworks_plugin_call_duration_seconds";

/** The families of all plugins. Labels are names of plugins, hooks, error codes: all of them few. */
export function pluginFamilies(plugins: ReadonlyMap<string, PluginStats>): Family[] {
  const perHook = (read: (stats: HookStats, labels: Sample["labels"]) => Sample[]): Sample[] =>
    [...plugins.values()].flatMap(({ name, hooks }) =>
      [...hooks].flatMap(([hook, stats]) => read(stats, { plugin: name, hook })),
    );
  return [
    {
      name: "backworks_plugin_calls_total",
      help: "Calls of plugins. outcome is ok, or the code of the error.",
      type: "counter",
      read: () =>
        perHook(({ ok, failures }, labels) =>
          [["ok", ok] as const, ...failures].map(([outcome, value]) => ({
            labels: { ...labels, outcome },
            value,
          })),
        ),
    },
    {
      name: DURATION,
      help: "Time of calls of plugins, waits for the host included.",
      type: "histogram",
      read: () => perHook(({ seconds }, labels) => seconds.samples(DURATION, labels)),
    },
    {
      name: "backworks_plugin_fuel_consumed_total",
      help: "Units of fuel that calls of plugins used.",
      type: "counter",
      read: () => perHook(({ fuel }, labels) => [{ labels, value: fuel }]),
    },
    {
      name: "backworks_plugin_memory_bytes",
      help: "Memory of the instance that served a plugin's last call.",
      type: "gauge",
      read: () =>
        [...plugins.values()].flatMap(({ name, memoryBytes }) =>
          memoryBytes === 0 ? [] : [{ labels: { plugin: name }, value: memoryBytes }],
        ),
    },
    {
      name: "backworks_plugin_dropped_total",
      help: "Audits and events that a plugin was not given, since too many waited.",
      type: "counter",
      read: () =>
        [...plugins.values()].flatMap(({ name, dropped }) =>
          [...dropped].map(([hook, value]) => ({ labels: { plugin: name, hook }, value })),
        ),
    },
    {
      name: "backworks_plugin_traps_total",
      help: "Calls of plugins that the sandbox ended, by reason.",
      type: "counter",
      read: () =>
        [...plugins.values()].flatMap(({ name, traps }) =>
          [...traps].map(([reason, value]) => ({ labels: { plugin: name, reason }, value })),
        ),
    },
  ];
}
