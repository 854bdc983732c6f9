import type { FrameParts } from "../abi/exchange-frame.ts";
import type { Exchange } from "../contracts/exchange.ts";
import type { ExchangeHookName, HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { printPointer, type ConfigPath } from "../config/node.ts";
import { BackworksError, BackworksErrors, type SourcePosition } from "../lib/errors.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { checkPluginConfig } from "../plugins/plugin-config.ts";
import type { Sample } from "../sandbox/capabilities/metrics.ts";
import { callExchange, callHook } from "./call-hook.ts";
import type { ExchangeResult, HookCallOptions, HookResult } from "./call-hook.ts";
import { findDoubleProblems, type DoubleProblem } from "./doubles/check-doubles.ts";
import { Doubles, type DoubleOptions } from "./doubles/doubles.ts";
import { openPlugin, type OpenOptions, type OpenPlugin } from "./open-plugin.ts";

export interface TestOptions extends DoubleOptions {
  /** Default: empty. */
  readonly config?: JsonObject | undefined;
  /** Where these options and the values in them stand, by JSON pointer, such as `/config/key`. */
  readonly positions?: ReadonlyMap<string, SourcePosition> | undefined;
  /** How its module becomes code; default: as in an application. */
  readonly load?: OpenOptions["load"] | undefined;
}

/** What a call gave, and what it asked for that no double knows: such a test says nothing. */
export type Tested<Result> = Result & { readonly misses: readonly string[] };

/** A plugin in the real sandbox, with doubles behind everything it asks for. */
export class PluginUnderTest implements Disposable {
  readonly plugin: CheckedPlugin;
  readonly doubles: Doubles;
  readonly #opened: OpenPlugin;

  private constructor(plugin: CheckedPlugin, options: TestOptions) {
    const { name, capabilities } = plugin.manifest;
    this.plugin = plugin;
    this.doubles = new Doubles(name, capabilities, options);
    const { host, grants } = this.doubles;
    const { config = {}, load } = options;
    this.#opened = openPlugin(plugin, { config, grants, host, ...(load && { load }) });
  }

  /** Throws what is wrong with the doubles and the configuration, and with the plugin's start. */
  static async open(plugin: CheckedPlugin, options: TestOptions = {}): Promise<PluginUnderTest> {
    const { config = {}, positions = new Map<string, SourcePosition>() } = options;
    const { name, capabilities } = plugin.manifest;
    throwWrong(findDoubleProblems(capabilities, options), positions);
    const configPositions = positionsIn(positions, "/config");
    const position = configPositions.get("") ?? positions.get("") ?? { file: plugin.file };
    const advice = "; the test gives it none";
    checkPluginConfig(name, plugin.manifest, { config, position, configPositions, advice });
    const tested = new PluginUnderTest(plugin, options);
    try {
      await tested.#opened.start();
      return tested;
    } catch (error) {
      tested[Symbol.dispose]();
      throw error;
    }
  }

  async call(
    hook: HookName,
    input: FrameParts,
    options?: HookCallOptions,
  ): Promise<Tested<HookResult>> {
    return this.#note(await callHook(this.#opened, hook, input, options));
  }

  /** Does to the exchange what the hook answers. */
  async exchange(
    hook: ExchangeHookName,
    exchange: Exchange,
    options?: HookCallOptions,
  ): Promise<Tested<ExchangeResult>> {
    return this.#note(await callExchange(this.#opened, hook, exchange, options));
  }

  #note<Result extends HookResult>(result: Result): Tested<Result> {
    for (const { capability, parameters, fault } of result.calls) {
      if (capability !== "metrics" || fault !== undefined) continue;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as noteCalls has noted it
      this.doubles.samples.push(parameters[0] as Sample);
    }
    return { ...result, misses: this.doubles.misses.take() };
  }

  [Symbol.dispose](): void {
    this.#opened.close();
    this.doubles[Symbol.dispose]();
  }
}

function throwWrong(
  problems: readonly DoubleProblem[],
  positions: ReadonlyMap<string, SourcePosition>,
): void {
  if (problems.length === 0) return;
  throw new BackworksErrors(
    problems.map(({ path, message }) => {
      const position = nearestPosition(positions, path);
      return new BackworksError("test_invalid", message, { ...(position && { position }) });
    }),
  );
}

/** Of the value, or of the nearest around it. */
function nearestPosition(
  positions: ReadonlyMap<string, SourcePosition>,
  path: ConfigPath,
): SourcePosition | undefined {
  for (let length = path.length; length >= 0; length--) {
    const found = positions.get(printPointer(path.slice(0, length)));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Those of one value and what is in it, by pointers into it. */
function positionsIn(
  positions: ReadonlyMap<string, SourcePosition>,
  pointer: string,
): Map<string, SourcePosition> {
  return new Map(
    [...positions].flatMap(([at, position]) =>
      at === pointer || at.startsWith(`${pointer}/`) ? [[at.slice(pointer.length), position]] : [],
    ),
  );
}
