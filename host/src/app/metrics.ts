import type { MetricsConfig } from "../contracts/config.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { Report } from "../executor/reported-families.ts";
import { Stats } from "../executor/stats.ts";
import type { HttpServerOptions } from "../http/server.ts";
import type { Logger } from "../lib/logger.ts";
import type { ObservePlugin } from "../plugins/load.ts";
import { callFields } from "../sandbox/call-names.ts";
import type { CallRecord } from "../sandbox/call-meter.ts";

/** Counts what a plugin was to be given, and was not. */
export type CountDropped = (plugin: string, hook: HookName) => void;

/** What an application tells of itself while it runs. */
export interface Metrics extends Disposable {
  readonly observePlugin: ObservePlugin;
  readonly countDropped: CountDropped;
  readonly http: Pick<HttpServerOptions, "metrics" | "observe">;
}

/**
 * Nothing is measured when nobody wants to know: no figures are kept, and calls are not logged.
 * `reports` is called when somebody looks.
 */
export function createMetrics(
  { enabled, path }: MetricsConfig,
  reports: () => Promise<readonly Report[]>,
  logger: Logger,
): Metrics {
  const stats = enabled ? new Stats() : undefined;
  const isLogged = logger.isLevelEnabled("debug");
  return {
    observePlugin: (name) => {
      const figures = stats?.plugin(name);
      if (!isLogged) return figures && ((record) => figures.record(record));
      const log = logger.child({ plugin: name });
      return (record) => {
        figures?.record(record);
        logCall(record, log);
      };
    },
    countDropped: (plugin, hook) => stats?.plugin(plugin).drop(hook),
    http:
      stats === undefined
        ? {}
        : {
            metrics: {
              path,
              contentType: stats.contentType,
              print: async () => stats.print(await reports()),
            },
            observe: (answer) => stats.requests.record(answer),
          },
    [Symbol.dispose]: () => stats?.[Symbol.dispose](),
  };
}

/** Fields by name: the record is lent, and holds an error that the caller logs. */
function logCall({ call, outcome, fuel, memoryBytes, durationMs }: CallRecord, log: Logger): void {
  const ms = Math.round(durationMs * 1000) / 1000;
  log.debug({ ...callFields(call), outcome, fuel, durationMs: ms, memoryBytes }, "plugin called");
}
