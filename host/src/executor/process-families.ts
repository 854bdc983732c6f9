import type { ProcessUsage } from "../lib/process-usage.ts";
import type { Family } from "./family.ts";

type Row = readonly [
  name: string,
  help: string,
  type: "counter" | "gauge",
  key: keyof ProcessUsage,
];

/** Under the names that Prometheus clients use. */
const ROWS: readonly Row[] = [
  ["process_cpu_seconds_total", "CPU time of the process.", "counter", "cpuSeconds"],
  ["process_resident_memory_bytes", "Resident memory of the process.", "gauge", "residentBytes"],
  ["process_start_time_seconds", "Unix time of its start.", "gauge", "startSeconds"],
  ["nodejs_heap_size_used_bytes", "Used part of V8's heap.", "gauge", "heapUsedBytes"],
  [
    "nodejs_external_memory_bytes",
    "Memory outside of V8's heap that its objects hold.",
    "gauge",
    "externalBytes",
  ],
  [
    "nodejs_eventloop_lag_p99_seconds",
    "Delay of the event loop since the last scrape, 99th percentile.",
    "gauge",
    "lagP99Seconds",
  ],
  [
    "nodejs_eventloop_lag_max_seconds",
    "Longest delay of the event loop since the last scrape.",
    "gauge",
    "lagMaxSeconds",
  ],
];

/** `usage` answers the same reading until the next scrape begins. */
export function processFamilies(usage: () => ProcessUsage): Family[] {
  return ROWS.map(([name, help, type, key]) => ({
    name,
    help,
    type,
    read: () => [{ labels: {}, value: usage()[key] }],
  }));
}
