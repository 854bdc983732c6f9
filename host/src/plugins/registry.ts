import type { Config } from "../contracts/config.ts";
import type { Hook } from "../contracts/hooks.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { choosePlugins } from "./choose.ts";
import type { PluginChoice } from "./choose.ts";
import { readHealth } from "./health.ts";
import type { HealthAnswer } from "./health.ts";
import { createHooks } from "./hooks.ts";
import { loadPlugin } from "./load.ts";
import type { LoadedPlugin } from "./load.ts";
import type { SharedServices } from "./shared-services.ts";

/** What became of one plugin at start. */
export type PluginState =
  | { readonly kind: "loaded"; readonly name: string; readonly plugin: LoadedPlugin }
  | ({ readonly kind: "disabled" } & NotLoaded)
  | ({ readonly kind: "refused"; readonly error: BackworksError } & NotLoaded);

interface NotLoaded {
  readonly name: string;
  readonly file: string | undefined;
  readonly manifest: Manifest | undefined;
}

/** The plugins of one running application. */
export class PluginRegistry {
  #states: readonly PluginState[];
  #hooks: readonly Hook[];
  readonly #logger: Logger;

  private constructor(states: readonly PluginState[], logger: Logger) {
    this.#states = states;
    this.#logger = logger;
    this.#hooks = states.flatMap((state) =>
      state.kind === "loaded" ? createHooks(state.plugin) : [],
    );
  }

  /** Loads what the configuration asks for and discovery finds. A refused plugin stops nobody. */
  static async load(
    config: Config,
    logger: Logger,
    shared: SharedServices,
  ): Promise<PluginRegistry> {
    const choices = await choosePlugins(config);
    const states = await Promise.all(
      choices.map(async (choice) => loadChoice(choice, logger, shared)),
    );
    return new PluginRegistry(states, logger);
  }

  /** Sorted by name. */
  get states(): readonly PluginState[] {
    return this.#states;
  }

  /** Takes loaded plugins out again that cannot work together. */
  refuse(names: readonly string[], error: BackworksError): void {
    this.#states = this.#states.map((state) => {
      if (state.kind !== "loaded" || !names.includes(state.name)) return state;
      const { file, manifest } = state.plugin;
      closePlugin(state.plugin);
      return refuse({ name: state.name, file, manifest }, error, this.#logger);
    });
    this.#hooks = this.#hooks.filter((hook) => !names.includes(hook.plugin));
  }

  /** Hooks that run around handlers. */
  get requestHooks(): Hook[] {
    return this.#hooks.filter((hook) => hook.name !== "process_endpoint");
  }

  /** The hook that answers routes with `plugin: NAME`, or why there is none. */
  endpoint(name: string): Hook | BackworksError {
    const hook = this.#hooks.find(
      (candidate) => candidate.name === "process_endpoint" && candidate.plugin === name,
    );
    return hook ?? this.#explainMissing(name);
  }

  /** Asks every loaded plugin that has a `health_check`. */
  async health(): Promise<Map<string, HealthAnswer>> {
    const answers = this.#states.map(
      async (state) => [state.name, await readHealth(state)] as const,
    );
    return new Map(await Promise.all(answers));
  }

  /** Ends what plugins hold outside of this process's memory. No hook is called after it. */
  close(): void {
    for (const state of this.#states) if (state.kind === "loaded") closePlugin(state.plugin);
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
        return new BackworksError(
          "plugin_unavailable",
          `plugin "${name}" was refused at start (${state.error.code})`,
          { details: { ...details, reason: state.error.code } },
        );
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
): Promise<PluginState> {
  if (choice.kind !== "chosen") return choice;
  const { name, file, manifest } = choice;
  try {
    return { kind: "loaded", name, plugin: await loadPlugin(choice, logger, shared) };
  } catch (thrown) {
    return refuse({ name, file, manifest }, firstOf(thrown), logger);
  }
}

function refuse(plugin: NotLoaded, error: BackworksError, logger: Logger): PluginState {
  const fields = { plugin: plugin.name, file: plugin.file, code: error.code };
  logger.error(fields, `plugin refused: ${escapeText(error.message)}`);
  return { kind: "refused", ...plugin, error };
}

/** One plugin shows one error: the first of several, with all their messages. */
function firstOf(thrown: unknown): BackworksError {
  if (thrown instanceof BackworksError) return thrown;
  const first = thrown instanceof BackworksErrors ? thrown.errors[0] : undefined;
  if (first === undefined || !(thrown instanceof Error)) throw thrown;
  const { details, position } = first;
  return new BackworksError(first.code, thrown.message, {
    cause: thrown,
    details,
    ...(position !== undefined && { position }),
  });
}
