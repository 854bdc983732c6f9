import { basename } from "node:path";
import type { Config, ConfigWarning, EndpointConfig } from "../contracts/config.ts";
import { HOOKS, isExchangeHookName } from "../contracts/hooks.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { compileRouter } from "../http/router.ts";
import { systemClock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { partsOf, problemsOf } from "../lib/join-errors.ts";
import { nearest } from "../lib/suggest.ts";
import { composeMock } from "../modes/mock.ts";
import { orderHooks } from "../pipeline/order.ts";
import { admitPlugin } from "../plugins/admit.ts";
import { choosePlugins } from "../plugins/choose.ts";
import type { PluginChoice } from "../plugins/choose.ts";
import { findUnsatisfied } from "../plugins/requirements.ts";
import { fuelPerMs } from "../sandbox/calibrate.ts";
import { findIdleRoutes } from "./idle-routes.ts";

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
  const verdicts = await Promise.all(
    choices.map(async (choice) => judge(choice, config.endpoints)),
  );
  const usable = new Map(
    verdicts.flatMap(({ choice, errors }) =>
      choice.kind === "chosen" && errors.length === 0
        ? [[choice.name, choice.manifest] as const]
        : [],
    ),
  );
  const errors = [
    ...findRouteProblems(config),
    ...verdicts.flatMap((verdict) => verdict.errors),
    ...checkOrder(usable),
    ...checkRequirements(usable),
    ...config.endpoints.flatMap((endpoint) => checkEndpoint(endpoint, verdicts)),
  ];
  const warnings = [...config.warnings, ...verdicts.flatMap((verdict) => verdict.warnings)];
  return { errors, warnings };
}

/** What keeps an application from starting at all, whatever its plugins are. */
export function findRouteProblems({ endpoints }: Config): BackworksError[] {
  const tools = { clock: systemClock, ids: () => "", random: () => 0 };
  const problems = [
    ...endpoints.flatMap((endpoint) =>
      problemsOf(() => {
        if (endpoint.handler.kind === "mock") composeMock(endpoint, endpoint.handler.mock, tools);
      }),
    ),
    ...problemsOf(() => compileRouter(endpoints)),
  ];
  // Routes below one endpoint share its mock data, and what is wrong with it.
  return [
    ...new Map(
      problems.map((error) => [
        `${error.position?.line}:${error.position?.column} ${error.message}`,
        error,
      ]),
    ).values(),
  ];
}

/** What is known of a plugin without running it. */
interface Verdict extends ConfigReport {
  readonly choice: PluginChoice;
}

async function judge(choice: PluginChoice, endpoints: Config["endpoints"]): Promise<Verdict> {
  if (choice.kind === "disabled") return { choice, errors: [], warnings: [] };
  if (choice.kind === "refused") return { choice, errors: partsOf(choice.error), warnings: [] };
  try {
    const { notes, compile } = await admitPlugin(choice, { fuelPerMs, modules: undefined });
    await compile();
    const { name, manifest, settings } = choice;
    const idle = findIdleRoutes(name, manifest, settings.limits, endpoints);
    const warnings = [...notes, ...idle].map((what) => ({
      message: `plugin "${name}": ${what}`,
      position: settings.position,
    }));
    return { choice, errors: [], warnings };
  } catch (thrown) {
    return { choice, errors: partsOf(thrown), warnings: [] };
  }
}

const EXCHANGE_HOOKS = Object.keys(HOOKS).filter(isExchangeHookName);

/** The first pair of plugins, or longer chain, that cannot be brought into an order. */
function checkOrder(manifests: ReadonlyMap<string, Manifest>): readonly BackworksError[] {
  const hooks = [...manifests].flatMap(([plugin, manifest]) =>
    EXCHANGE_HOOKS.flatMap((name) => {
      const declaration = manifest.hooks[name];
      if (declaration === undefined) return [];
      const { provides, consumes } = manifest;
      return [{ ...declaration, plugin, name, provides, consumes }];
    }),
  );
  return problemsOf(() => orderHooks(hooks));
}

function checkRequirements(manifests: ReadonlyMap<string, Manifest>): BackworksError[] {
  const candidates = [...manifests].map(([name, manifest]) => ({ name, manifest }));
  return findUnsatisfied(candidates).map(
    ({ name, error }) => new BackworksError(error.code, `plugin "${name}": ${error.message}`),
  );
}

function checkEndpoint(
  { id, handler, position }: EndpointConfig,
  verdicts: readonly Verdict[],
): BackworksError[] {
  if (handler.kind !== "plugin") return [];
  const named = `endpoint "${id}" names plugin "${handler.plugin}", which`;
  const verdict =
    verdicts.find(({ choice }) => choice.name === handler.plugin) ??
    // Another plugin has the name that a damaged file says; it may have been meant by its own.
    verdicts.find(({ choice: { kind, file = "" } }) =>
      kind === "refused" ? basename(file, ".wasm") === handler.plugin : false,
    );
  if (verdict === undefined) {
    const names = verdicts.map(({ choice }) => choice.name);
    const similar = nearest(handler.plugin, names);
    const hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
    return [new BackworksError("plugin_not_found", `${named} is not there${hint}`, { position })];
  }
  const reason = whyNot(verdict);
  if (reason === undefined) return [];
  return [new BackworksError("plugin_unavailable", `${named} ${reason}`, { position })];
}

/** What keeps a plugin from answering a route; of one that is refused, that is said already. */
function whyNot({ choice, errors }: Verdict): string | undefined {
  if (choice.kind === "disabled") return `is disabled (plugins.${choice.name}.enabled: false)`;
  if (errors.length > 0 || choice.manifest?.hooks.process_endpoint !== undefined) return undefined;
  return "has no process_endpoint hook";
}
