import type { HookName } from "../contracts/hooks.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import type { LoadedPlugin } from "./load.ts";

/** All `stop` and `cleanup` hooks together: an orchestrator that waits in vain kills the process. */
const STOP_MS = 5000;

const NO_INPUT = { head: "", body: undefined };

/**
 * Plugins behind those that they require, and else by name: what somebody needs is started before
 * them. Plugins that require each other are started by name.
 */
export function inStartOrder(plugins: readonly LoadedPlugin[]): LoadedPlugin[] {
  const byName = new Map(plugins.map((plugin) => [plugin.name, plugin]));
  const ordered = new Set<LoadedPlugin>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const plugin = byName.get(name);
    if (plugin === undefined || visited.has(name)) return;
    visited.add(name);
    for (const required of Object.keys(plugin.manifest.requiresPlugins).toSorted()) visit(required);
    ordered.add(plugin);
  };
  for (const name of [...byName.keys()].toSorted()) visit(name);
  return [...ordered];
}

/** Calls a hook that is given and answers nothing, if the plugin has it. Throws what it throws. */
export async function callPlain(
  { guest, manifest }: LoadedPlugin,
  hook: Extract<HookName, "start" | "stop" | "cleanup">,
): Promise<void> {
  if (manifest.hooks[hook] === undefined) return;
  await guest.call(hook, NO_INPUT, () => undefined);
}

/**
 * Lets plugins end what they do: `stop` of all of them, in the opposite order of their start, and then
 * `cleanup`. One that fails is logged, and what is not done in time is left undone.
 */
export async function stopPlugins(
  plugins: readonly LoadedPlugin[],
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<void> {
  const ended = new AbortController();
  let isLate = false;
  const late = async (): Promise<void> => {
    await clock.sleep(STOP_MS, ended.signal);
    isLate = true;
    logger.warn({}, `plugins took longer than ${STOP_MS} ms to stop: the rest is left undone`);
  };
  const work = async (): Promise<void> => {
    for (const hook of ["stop", "cleanup"] as const) {
      for (const plugin of inStartOrder(plugins).toReversed()) {
        if (isLate) return;
        await endOne(plugin, hook, logger);
      }
    }
  };
  try {
    await Promise.race([work(), late()]);
  } finally {
    ended.abort();
  }
}

async function endOne(
  plugin: LoadedPlugin,
  hook: "stop" | "cleanup",
  logger: Logger,
): Promise<void> {
  try {
    await callPlain(plugin, hook);
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    const fields = { plugin: plugin.name, hook, code: error.code };
    logger.warn(fields, `plugin did not ${hook} well: ${escapeLines(error.message)}`);
  }
}
