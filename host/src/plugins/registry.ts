import type { Config } from "../contracts/config.ts";
import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import type { Report } from "../executor/reported-families.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { asOne } from "../lib/join-errors.ts";
import type { Logger } from "../lib/logger.ts";
import { prepareLinking } from "../sandbox/link.ts";
import type { FindCallee } from "../sandbox/capabilities/plugin-calls.ts";
import { CallWaits } from "./call-waits.ts";
import { createCallee } from "./callee.ts";
import { choosePlugins } from "./choose.ts";
import type { PluginChoice } from "./choose.ts";
import { dutiesOf } from "./duties.ts";
import { createGuards, refusedAtStart } from "./guard.ts";
import { HealthReader } from "./health.ts";
import type { HealthAnswer } from "./health.ts";
import { createHooks } from "./hooks.ts";
import { callPlain, inStartOrder, stopPlugins } from "./lifecycle.ts";
import { loadPlugin } from "./load.ts";
import type { LoadedPlugin, ObservePlugin } from "./load.ts";
import { Reporter } from "./report.ts";
import type { SharedServices } from "./shared-services.ts";
import { findUnsatisfied } from "./requirements.ts";
import { isMissed, isNeeded, type PluginState, type RefusedState } from "./state.ts";

/** The plugins of one running application. */
export class PluginRegistry {
  #states: readonly PluginState[];
  readonly #refused: RefusedState[];
  #hooks: readonly Hook<ExchangeHookName>[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #reporter: Reporter;
  readonly #healthReader: HealthReader;
  readonly #waits = new CallWaits(
    (name) => this.loaded.find((plugin) => plugin.name === name)?.guest.callsMax ?? Infinity,
  );
  /** What is being asked for. */
  #health: Promise<ReadonlyMap<string, HealthAnswer>> | undefined;
  #reports: Promise<readonly Report[]> | undefined;

  private constructor(states: readonly PluginState[], clock: Clock, logger: Logger) {
    this.#states = states;
    this.#refused = states.filter((state) => state.kind === "refused");
    this.#clock = clock;
    this.#logger = logger;
    this.#reporter = new Reporter(clock, logger);
    this.#healthReader = new HealthReader(clock, logger);
    this.#hooks = states.flatMap(hooksOf);
  }

  /** Loads what the configuration asks for and discovery finds. A refused plugin stops nobody. */
  static async load(
    config: Config,
    logger: Logger,
    shared: SharedServices,
    observe?: ObservePlugin,
  ): Promise<PluginRegistry> {
    const choices = await choosePlugins(config);
    if (choices.some(({ kind }) => kind === "chosen")) await prepareLinking();
    const states = await Promise.all(
      choices.map(async (choice) => loadChoice(choice, logger, shared, observe)),
    );
    const registry = new PluginRegistry(states, shared.clock, logger);
    registry.#refuseUnsatisfied();
    return registry;
  }

  /** Sorted by name. */
  get states(): readonly PluginState[] {
    return this.#states;
  }

  /** One after the other, as they were refused: causes come first. */
  get refused(): readonly RefusedState[] {
    return this.#refused;
  }

  /** Takes loaded plugins out again that cannot work together, and those that require them. */
  refuse(names: readonly string[], error: BackworksError): void {
    this.#takeOut(names, error);
    this.#refuseUnsatisfied();
  }

  /** Calls `start` of the loaded plugins, one after another; one that fails is refused. */
  async start(): Promise<void> {
    for (const plugin of inStartOrder(this.loaded)) {
      // Refused meanwhile: it requires one that did not start.
      if (!this.loaded.includes(plugin)) continue;
      try {
        await callPlain(plugin, "start");
      } catch (error) {
        if (!(error instanceof BackworksError)) throw error;
        this.refuse([plugin.name], error);
      }
    }
  }

  /** Calls `stop` and `cleanup`; it comes to an end whatever they do. */
  async stop(): Promise<void> {
    await stopPlugins(this.loaded, { clock: this.#clock, logger: this.#logger });
  }

  get loaded(): readonly LoadedPlugin[] {
    return this.#states.flatMap((state) => (state.kind === "loaded" ? [state.plugin] : []));
  }

  #refuseUnsatisfied(): void {
    for (const { name, error } of findUnsatisfied(this.loaded)) this.#takeOut([name], error);
  }

  #takeOut(names: readonly string[], error: BackworksError): void {
    this.#states = this.#states.map((state) => {
      if (state.kind !== "loaded" || !names.includes(state.name)) return state;
      closePlugin(state.plugin);
      const refused = refuse(state.plugin, error);
      this.#refused.push(refused);
      return refused;
    });
    this.#hooks = this.#states.flatMap(hooksOf);
  }

  /** Those that see requests, of all plugins. */
  get hooks(): readonly Hook<ExchangeHookName>[] {
    return this.#hooks;
  }

  /** The hook that answers routes with `plugin: NAME`, or why there is none. */
  endpoint(name: string): Hook<"process_endpoint"> | BackworksError {
    const hook = this.#hooks.find(
      (candidate): candidate is Hook<"process_endpoint"> =>
        candidate.name === "process_endpoint" && candidate.plugin === name,
    );
    return hook ?? this.#explainMissing(name);
  }

  /** What answers calls of other plugins; nothing for one that is not loaded, or has no `on_call`. */
  callee(name: string): ReturnType<FindCallee> {
    const state = this.#states.find((candidate) => candidate.name === name);
    if (state?.kind !== "loaded") return undefined;
    return createCallee(state.plugin, { logger: this.#logger, waits: this.#waits });
  }

  /** Whether all that requests must not pass without is there, and runs. */
  isReady(): boolean {
    // Each is asked: that is what brings those back that do not run.
    const down = this.loaded.filter(isNeeded).filter((plugin) => this.#healthReader.isDown(plugin));
    return down.length === 0 && !this.#states.some(isMissed);
  }

  /**
   * Asks every loaded plugin that has a `health_check`. Who asks meanwhile is told the same: anybody
   * may ask, and plugins that wait for something would have no instance left for requests.
   */
  async health(): Promise<ReadonlyMap<string, HealthAnswer>> {
    this.#health ??= this.#askHealth().finally(() => {
      this.#health = undefined;
    });
    return this.#health;
  }

  async #askHealth(): Promise<ReadonlyMap<string, HealthAnswer>> {
    const answers = this.#states.map(
      async (state) => [state.name, await this.#healthReader.read(state)] as const,
    );
    return new Map(await Promise.all(answers));
  }

  /**
   * What plugins have recorded so far (`metrics`), and what they say now (`get_metrics`). Who asks
   * meanwhile is told the same, too.
   */
  async reports(): Promise<readonly Report[]> {
    this.#reports ??= this.#askReports().finally(() => {
      this.#reports = undefined;
    });
    return this.#reports;
  }

  async #askReports(): Promise<readonly Report[]> {
    const reports = await Promise.all(
      this.loaded.map(async (plugin) => this.#reporter.report(plugin)),
    );
    return reports.filter((report) => report !== undefined);
  }

  /** Ends what plugins hold outside of this process's memory. No hook is called after it. */
  close(): void {
    for (const plugin of this.loaded) closePlugin(plugin);
  }

  #explainMissing(name: string): BackworksError {
    const state = this.#states.find((candidate) => candidate.name === name);
    const details = { plugin: name };
    switch (state?.kind) {
      case undefined:
        return new BackworksError("plugin_not_found", `there is no plugin "${name}"`, { details });
      case "disabled":
        return new BackworksError("plugin_unavailable", `plugin "${name}" is disabled`, {
          details,
        });
      case "refused":
        return refusedAtStart(state);
      case "loaded":
        return new BackworksError(
          "plugin_unavailable",
          `plugin "${name}" has no process_endpoint hook`,
          { details },
        );
    }
  }
}

function closePlugin({ guest, services }: LoadedPlugin): void {
  guest.close();
  services[Symbol.dispose]();
}

async function loadChoice(
  choice: PluginChoice,
  logger: Logger,
  shared: SharedServices,
  observe: ObservePlugin | undefined,
): Promise<PluginState> {
  if (choice.kind !== "chosen") return choice;
  const { name, manifest, settings } = choice;
  try {
    return { kind: "loaded", name, plugin: await loadPlugin(choice, logger, shared, observe) };
  } catch (thrown) {
    const critical = settings.critical ?? manifest.critical;
    return refuse({ ...choice, critical }, asOne(thrown));
  }
}

function refuse(
  { name, file, manifest, critical }: Pick<LoadedPlugin, "name" | "file" | "manifest" | "critical">,
  error: BackworksError,
): RefusedState {
  const duties = dutiesOf(manifest);
  return { kind: "refused", name, file, manifest, duties, critical, error };
}

function hooksOf(state: PluginState): Hook<ExchangeHookName>[] {
  if (state.kind === "loaded") return createHooks(state.plugin);
  return state.kind === "refused" ? createGuards(state) : [];
}
