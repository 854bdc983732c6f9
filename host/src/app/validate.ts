import type { Config, ConfigWarning, EndpointConfig } from "../contracts/config.ts";
import { HOOKS, isExchangeHookName } from "../contracts/hooks.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { compileRouter } from "../http/router.ts";
import { systemClock } from "../lib/clock.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { nearest } from "../lib/suggest.ts";
import { composeMock } from "../modes/mock.ts";
import { orderHooks } from "../pipeline/order.ts";
import { checkPlugin } from "../plugins/check.ts";
import { choosePlugins } from "../plugins/choose.ts";
import type { PluginChoice } from "../plugins/choose.ts";
import { checkSettings } from "../plugins/settings.ts";
import { findUnsatisfied } from "../plugins/requirements.ts";
import { createFuelRate } from "../sandbox/calibrate.ts";
import { findUnmet } from "../plugins/unmet.ts";

/** What a start would say of a configuration and its plugins. */
export interface ConfigReport {
  readonly errors: readonly BackworksError[];
  readonly warnings: readonly ConfigWarning[];
}

/** Everything a start would complain about, without running a plugin or opening a port. */
export async function findProblems(config: Config): Promise<BackworksError[]> {
  return [...(await checkConfig(config)).errors];
}

/** The same, with what a start would only warn of. */
export async function checkConfig(config: Config): Promise<ConfigReport> {
  const choices = await choosePlugins(config);
  const plugins = await Promise.all(choices.map(checkChoice));
  const manifests = new Map(
    choices.flatMap((choice) =>
      choice.kind === "chosen" ? [[choice.name, choice.manifest] as const] : [],
    ),
  );
  const errors = [
    ...findRouteProblems(config),
    ...plugins.flatMap((plugin) => plugin.errors),
    ...checkOrder(manifests),
    ...checkRequirements(manifests),
    ...config.endpoints.flatMap((endpoint) => checkEndpoint(endpoint, manifests)),
  ];
  return { errors, warnings: [...config.warnings, ...plugins.flatMap(({ warnings }) => warnings)] };
}

/** What keeps an application from starting at all, whatever its plugins are. */
export function findRouteProblems({ endpoints }: Config): BackworksError[] {
  const tools = { clock: systemClock, ids: () => "", random: () => 0 };
  return [
    ...endpoints.flatMap((endpoint) =>
      problemOf(() => {
        if (endpoint.handler.kind === "mock") composeMock(endpoint, endpoint.handler.mock, tools);
      }),
    ),
    ...problemOf(() => compileRouter(endpoints)),
  ];
}

function problemOf(work: () => unknown): BackworksError[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof BackworksError) return [error];
    throw error;
  }
}

const fuelPerMs = createFuelRate(systemClock);

async function checkChoice(choice: PluginChoice): Promise<ConfigReport> {
  if (choice.kind === "disabled") return { errors: [], warnings: [] };
  if (choice.kind === "refused") return { errors: [choice.error], warnings: [] };
  try {
    const { name, settings } = choice;
    const checked = await checkPlugin(choice.file);
    checkSettings(name, checked, settings);
    const warnings = findUnmet(choice, fuelPerMs).map((what) => ({
      message: `plugin "${name}": ${what}`,
      position: settings.position,
    }));
    return { errors: [], warnings };
  } catch (error) {
    if (error instanceof BackworksErrors) return { errors: error.errors, warnings: [] };
    if (error instanceof BackworksError) return { errors: [error], warnings: [] };
    throw error;
  }
}

const EXCHANGE_HOOKS = Object.keys(HOOKS).filter(isExchangeHookName);

/** The first pair of plugins, or longer chain, that cannot be brought into an order. */
function checkOrder(manifests: ReadonlyMap<string, Manifest>): BackworksError[] {
  const hooks = [...manifests].flatMap(([plugin, manifest]) =>
    EXCHANGE_HOOKS.flatMap((name) => {
      const declaration = manifest.hooks[name];
      if (declaration === undefined) return [];
      const { provides, consumes } = manifest;
      return [{ ...declaration, plugin, name, provides, consumes }];
    }),
  );
  return problemOf(() => orderHooks(hooks));
}

function checkRequirements(manifests: ReadonlyMap<string, Manifest>): BackworksError[] {
  const candidates = [...manifests].map(([name, manifest]) => ({ name, manifest }));
  return findUnsatisfied(candidates).map(
    ({ name, error }) => new BackworksError(error.code, `plugin "${name}": ${error.message}`),
  );
}

function checkEndpoint(
  { id, handler, position }: EndpointConfig,
  manifests: ReadonlyMap<string, Manifest>,
): BackworksError[] {
  if (handler.kind !== "plugin") return [];
  const { plugin } = handler;
  const manifest = manifests.get(plugin);
  if (manifest === undefined) {
    const similar = nearest(plugin, manifests.keys());
    const hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
    const message = `endpoint "${id}" names plugin "${plugin}", which is not there${hint}`;
    return [new BackworksError("plugin_not_found", message, { position })];
  }
  if (manifest.hooks.process_endpoint !== undefined) return [];
  const message = `endpoint "${id}" names plugin "${plugin}", which has no process_endpoint hook`;
  return [new BackworksError("plugin_unavailable", message, { position })];
}
