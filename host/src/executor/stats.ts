import { ProcessMonitor } from "../lib/process-usage.ts";
import type { ProcessUsage } from "../lib/process-usage.ts";
import { createRegistry } from "./family.ts";
import { PluginStats, pluginFamilies } from "./plugin-stats.ts";
import { processFamilies } from "./process-families.ts";
import { reportedFamilies } from "./reported-families.ts";
import type { Report } from "./reported-families.ts";
import { RequestStats } from "./request-stats.ts";

/** The figures of one application, and their text for Prometheus. */
export class Stats implements Disposable {
  readonly requests: RequestStats = new RequestStats();
  readonly #plugins = new Map<string, PluginStats>();
  readonly #monitor = new ProcessMonitor();
  readonly #registry;
  #usage: ProcessUsage;

  constructor() {
    this.#usage = this.#monitor.read();
    this.#registry = createRegistry([
      ...pluginFamilies(this.#plugins),
      ...this.requests.families,
      ...processFamilies(() => this.#usage),
    ]);
  }

  /** The figures of one plugin, from 0 at the first time. */
  plugin(name: string): PluginStats {
    const found = this.#plugins.get(name);
    if (found !== undefined) return found;
    const stats = new PluginStats(name);
    this.#plugins.set(name, stats);
    return stats;
  }

  /** Prometheus' text format, version 0.0.4. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** `reports` are what plugins say of themselves. */
  async print(reports: readonly Report[] = []): Promise<string> {
    this.#usage = this.#monitor.read();
    const reported = createRegistry(reportedFamilies(reports));
    return `${await this.#registry.metrics()}\n${await reported.metrics()}`;
  }

  [Symbol.dispose](): void {
    this.#monitor[Symbol.dispose]();
  }
}
