import type { Report } from "../executor/reported-families.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import type { Series } from "../sandbox/capabilities/metrics.ts";
import { readFigures, type Figures } from "./figures.ts";
import type { LoadedPlugin } from "./load.ts";
import { readMasked } from "./masked-read.ts";

/** Who asks for figures waits so long for a plugin that waits for something itself. */
const FIGURES_MS = 2000;

const NO_INPUT = { head: "", body: undefined };

/** Gathers what plugins tell of themselves when somebody looks; what fails is left out and logged. */
export class Reporter {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** One that has not answered yet is not asked again. */
  readonly #asked = new Set<LoadedPlugin>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Undefined for a plugin that has nothing to tell. */
  async report(plugin: LoadedPlugin): Promise<Report | undefined> {
    const recorded = plugin.services.metrics?.snapshot();
    const figures = await this.#ask(plugin);
    if (recorded === undefined && figures.length === 0) return undefined;
    const names = new Set(recorded?.map(({ name }) => name));
    // A name twice would make the whole exposition unreadable.
    const gauges = figures.filter(([name]) => !names.has(name)).map(toGauge);
    return { plugin: plugin.name, series: [...(recorded ?? []), ...gauges] };
  }

  async #ask(plugin: LoadedPlugin): Promise<Figures> {
    if (plugin.manifest.hooks.get_metrics === undefined || this.#asked.has(plugin)) return [];
    this.#asked.add(plugin);
    const call = this.#call(plugin);
    const answered = new AbortController();
    const late = async (): Promise<Figures> => {
      await this.#clock.sleep(FIGURES_MS, answered.signal);
      this.#warn(plugin, `it took longer than ${FIGURES_MS} ms`);
      return [];
    };
    try {
      return await Promise.race([call, late()]);
    } finally {
      answered.abort();
    }
  }

  async #call(plugin: LoadedPlugin): Promise<Figures> {
    try {
      const read = readMasked(readFigures, plugin.services.redact);
      return await plugin.guest.call("get_metrics", NO_INPUT, read);
    } catch (error) {
      if (!(error instanceof BackworksError)) throw error;
      this.#warn(plugin, error.message, error.code);
      return [];
    } finally {
      this.#asked.delete(plugin);
    }
  }

  #warn({ name }: LoadedPlugin, why: string, code?: string): void {
    const fields = { plugin: name, hook: "get_metrics", ...(code !== undefined && { code }) };
    this.#logger.warn(fields, `no figures of a plugin: ${escapeLines(why)}`);
  }
}

/** What a plugin says now, whatever it said before. */
function toGauge([name, value]: Figures[number]): Series {
  return { kind: "gauge", name, labels: [], value, count: 1, buckets: [] };
}
