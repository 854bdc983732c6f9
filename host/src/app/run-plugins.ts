import type { Config } from "../contracts/config.ts";
import type { Clock } from "../lib/clock.ts";
import { withinTime } from "../lib/deadline.ts";
import { BackworksErrors } from "../lib/errors.ts";
import { createRandomIds } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { fillRandom } from "../lib/random.ts";
import { Auditor } from "../pipeline/audit.ts";
import { EventBus } from "../plugins/event-bus.ts";
import { findGone, GuardsGoneError, type GuardingPlugin } from "../plugins/gone.ts";
import type { LoadedPlugin } from "../plugins/load.ts";
import { findLost, logRefusals } from "../plugins/refusals.ts";
import { PluginRegistry } from "../plugins/registry.ts";
import { SharedServices } from "../plugins/shared-services.ts";
import { settleOrder } from "./compose.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createAuditReports } from "./reports.ts";

/** What is still to be audited and delivered when the last request is answered has so long. */
const DRAIN_MS = 5000;

/** The plugins of one application, started, and what lives as long as they do. */
export interface RunningPlugins {
  readonly plugins: PluginRegistry;
  readonly auditor: Auditor;
  readonly metrics: Metrics;
  readonly services: SharedServices;
  /** Guards that ran before, and are not there any more. */
  readonly gone: readonly GuardingPlugin[];
  /** Lets the plugins end what they do, then gives everything back. */
  readonly stop: () => Promise<void>;
}

export interface RunTools {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of the application that is to be replaced. */
  readonly before?: PluginRegistry | undefined;
  /** Guards of it that may be gone, by name. */
  readonly released?: ReadonlySet<string> | undefined;
}

/**
 * Loads and starts the plugins. Throws when one that runs before is refused now, and a
 * `GuardsGoneError` when a guard is gone that is not released; nothing of the new ones stays behind
 * then.
 */
export async function runPlugins(
  config: Config,
  { clock, logger, before, released = new Set() }: RunTools,
): Promise<RunningPlugins> {
  let loaded: PluginRegistry | undefined;
  const services = new SharedServices({
    dataDirectory: config.dataDirectory,
    cacheDirectory: config.cacheDirectory,
    clock,
    fillRandom,
    // While plugins are loaded, none of them can be called.
    findCallee: (name) => loaded?.callee(name),
    publish: (event) => bus.publish(event),
  });
  const metrics = createMetrics(
    config.metrics,
    async () => (await loaded?.reports()) ?? [],
    logger,
  );
  const bus = new EventBus({
    plugins: () => loaded?.loaded ?? [],
    ids: createRandomIds(),
    logger,
    countDropped: (plugin) => metrics.countDropped(plugin, "on_event"),
  });
  const plugins = await PluginRegistry.load(config, logger, services, metrics.observePlugin);
  loaded = plugins;
  const auditor = new Auditor(createAuditReports(logger, metrics.countDropped));
  const giveBack = (): void => {
    plugins.close();
    services[Symbol.dispose]();
    metrics[Symbol.dispose]();
  };
  const stop = async (): Promise<void> => {
    try {
      await withinTime(drain(auditor, bus), DRAIN_MS, clock);
      bus.close();
      await plugins.stop();
    } finally {
      giveBack();
    }
  };
  // Who cannot work with others is refused before anybody is started.
  settleOrder(plugins);
  const running = before?.loaded ?? [];
  await throwLost(plugins, running, giveBack);
  const gone = findGone(before?.states ?? [], plugins.states);
  if (gone.some(({ name }) => !released.has(name))) {
    giveBack();
    throw new GuardsGoneError(gone.map(({ name }) => name));
  }
  await plugins.start();
  await throwLost(plugins, running, stop);
  logRefusals(plugins.refused, logger);
  bus.open();
  // What was metered is on disk, for the next start, when somebody may end this one.
  await services.modules?.settle();
  return { plugins, auditor, metrics, services, gone, stop };
}

/** Ends what would have less than what runs; that has the last word of each plugin that works. */
async function throwLost(
  { refused }: PluginRegistry,
  running: readonly LoadedPlugin[],
  end: () => void | Promise<void>,
): Promise<void> {
  const lost = findLost(refused, running);
  if (lost.length === 0) return;
  await end();
  throw new BackworksErrors(lost);
}

/** Audits may publish events. */
async function drain(auditor: Auditor, bus: EventBus): Promise<void> {
  await auditor.drain();
  await bus.drain();
}
