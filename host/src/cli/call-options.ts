import { resolve } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import type { FrameParts } from "../abi/exchange-frame.ts";
import { HOOKS, isHookName } from "../contracts/hooks.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";
import { nearest } from "../lib/suggest.ts";
import { checkPlugin } from "../plugins/check.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { readCallConfig } from "./call-config.ts";
import { doubtBody } from "./call-body.ts";
import { makeInput } from "./call-input.ts";
import type { InputOptions } from "./call-input.ts";
import type { Terminal } from "./output.ts";

/** What every command takes that calls a hook. */
export interface PreparedOptions extends InputOptions {
  readonly config?: string;
  readonly fuel?: number;
}

/** A call of a hook as the command line describes it. */
export interface PreparedCall {
  /** Absolute: the module. */
  readonly file: string;
  readonly plugin: CheckedPlugin;
  readonly hook: HookName;
  readonly config: JsonObject;
  readonly input: FrameParts;
  /** What a person may have meant otherwise. */
  readonly doubts: readonly string[];
}

/** The arguments and options of a command that calls a hook. */
export function addCallOptions(command: Command): Command {
  return command
    .argument("<file>", "a .wasm file")
    .argument("<hook>", `one of ${Object.keys(HOOKS).join(", ")}`)
    .option("-r, --request <line>", "method and target of the request", "GET /")
    .option("-H, --header <field>", "a header of the request; may be repeated", list, [])
    .option("-p, --param <name=value>", "a path parameter; may be repeated", list, [])
    .option("--context <key=json>", "a context value, or a fact of a message", list, [])
    .option(
      "-b, --body <@file|text>",
      "body, payload or JSON that the hook sees: @FILE is a file, @- standard input, anything else a file of that name or else the text itself",
    )
    .option("--status <code>", "after_response, audit_log: status of the response", "200")
    .option("--response-header <field>", "the same: a header of the response", list, [])
    .option("-i, --input <file>", "the whole input instead of these; - is standard input")
    .option(
      "-c, --config <file>",
      "configuration of the plugin alone, as below plugins.NAME.config; not backworks.yaml",
    )
    .option("--fuel <units>", "fuel of the call (default: what the plugin is given)", parseFuel);
}

/** Reads the plugin and what the options name. Throws what is wrong with either. */
export async function prepareCall(
  named: { readonly file: string; readonly hook: string },
  options: PreparedOptions,
  terminal: Terminal,
): Promise<PreparedCall> {
  const file = resolve(terminal.directory, named.file);
  const plugin = await checkPlugin(file);
  const hook = requireHook(plugin, named.hook);
  const config = await readCallConfig(plugin, options.config, terminal.directory);
  const input = await makeInput(plugin, hook, { ...options, config }, terminal);
  const doubt = options.input === undefined ? await doubtBody(options.body, terminal) : undefined;
  return { file, plugin, hook, config, input, doubts: doubt === undefined ? [] : [doubt] };
}

function requireHook({ manifest }: CheckedPlugin, hook: string): HookName {
  const declared = Object.keys(manifest.hooks);
  if (isHookName(hook) && declared.includes(hook)) return hook;
  const similar = nearest(hook, declared);
  const hint = similar === undefined ? "" : `; did you mean ${similar}?`;
  throw new BackworksError(
    "usage",
    `${manifest.name} declares no hook "${hook}", only ${declared.join(", ")}${hint}`,
  );
}

/** An option that may be repeated. */
function list(text: string, texts: readonly string[]): string[] {
  return [...texts, text];
}

function parseFuel(text: string): number {
  const fuel = Number(text);
  if (!/^\d{1,12}$/.test(text) || fuel === 0) {
    throw new InvalidArgumentError("expected a number of units from 1 on.");
  }
  return fuel;
}

/** A whole number from 1 on. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count === 0) {
    throw new InvalidArgumentError("expected a whole number from 1 on.");
  }
  return count;
}
