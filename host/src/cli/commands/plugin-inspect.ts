import { resolve } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { BackworksError } from "../../lib/errors.ts";
import { nearest } from "../../lib/suggest.ts";
import { readModuleFile } from "../../plugins/check.ts";
import { explainMetering } from "../../wasm/explain-metering.ts";
import type { FunctionMetering, MeteringExplanation } from "../../wasm/explain-metering.ts";
import { listModule } from "../../wasm/list-module.ts";
import { DEFAULT_POLICY } from "../../wasm/policy.ts";
import type { RewritePolicy } from "../../wasm/policy.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output } from "../output.ts";
import { printModule } from "../print-module.ts";
import { printFunction, printMetering } from "../print-metering.ts";

interface InspectOptions {
  readonly metered: boolean;
  readonly function?: string;
  readonly accounting: RewritePolicy["accounting"];
  readonly top: number;
  readonly json: boolean;
}

/** As many as one looks at: the largest functions are where the fuel goes. */
const TOP = 20;

export function addInspectCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("inspect")
    .description("show what a module is made of, and how its fuel is counted, without running it")
    .argument("<file>", "a .wasm file; it need not be a plugin")
    .option("--metered", "show what metering makes of the code: blocks and what they cost", false)
    .addOption(
      new Option(
        "-f, --function <name>",
        "show the blocks of one function, metered: its name, export or index",
      ).implies({ metered: true }),
    )
    .addOption(
      new Option("--accounting <kind>", "how fuel is counted: with --metered")
        .choices(["bounded", "exact"])
        .default(DEFAULT_POLICY.accounting)
        .implies({ metered: true }),
    )
    .option("-n, --top <count>", "functions to show, the largest first", parseCount, TOP)
    .option("--json", "print all functions, or the blocks of one, as JSON", false)
    .addHelpText(
      "after",
      `
By itself it lists sections, imports, exports, memories, tables and functions; any core module will do.
What a plugin reads, may do and is given is told by plugin info.

With --metered: a block runs as a whole or not at all; its fuel is taken when it begins. A check is
where running out is noticed. What a function's callers pay in advance is taken before the call; a
region keeps the counter in a local variable while its loop runs.

Examples:
  backworks plugin inspect weather.wasm
  backworks plugin inspect weather.wasm --json | jq '.sections[] | select(.kind == "custom")'
  backworks plugin inspect weather.wasm --metered
  backworks plugin inspect weather.wasm --metered --function process_endpoint
  backworks plugin inspect weather.wasm --metered --json | jq '.functions | max_by(.charges)'`,
    )
    .action(async (file: string, options: InspectOptions) => {
      const output = new Output(context.terminal, options.json);
      const bytes = await readModuleFile(resolve(context.terminal.directory, file));
      if (!options.metered) {
        const listing = listModule(bytes);
        printModule(listing, options.top, output);
        output.json({ ok: true, ...listing });
        context.finish(EXIT.ok);
        return;
      }
      const policy = { ...DEFAULT_POLICY, accounting: options.accounting };
      const metering = explainMetering(bytes, policy);
      if (options.function === undefined) showAll(metering, options.top, output);
      else showOne(metering, findFunction(metering, options.function), output);
      context.finish(EXIT.ok);
    });
}

function showAll(metering: MeteringExplanation, top: number, output: Output): void {
  printMetering(metering, top, output);
  output.json({ ok: true, ...metering.report, functions: metering.functions });
}

function showOne(metering: MeteringExplanation, found: FunctionMetering, output: Output): void {
  const steps = metering.stepsOf(found.index);
  printFunction(found, steps, metering.names, output);
  output.json({ ok: true, ...found, steps });
}

/** By export, by name, by index. */
function findFunction({ functions }: MeteringExplanation, wanted: string): FunctionMetering {
  const found =
    functions.find(({ exports }) => exports.includes(wanted)) ??
    functions.find(({ name }) => name === wanted) ??
    functions.find(({ index }) => String(index) === wanted);
  if (found !== undefined) return found;
  const names = functions.flatMap(({ name, exports }) => [
    ...exports,
    ...(name === undefined ? [] : [name]),
  ]);
  const similar = nearest(wanted, names);
  const first = functions[0]?.index ?? 0;
  const hint = similar === undefined ? "" : `; did you mean "${similar}"?`;
  const last = first + functions.length - 1;
  throw new BackworksError(
    "usage",
    `the module has no function "${wanted}" of its own, whose indices are ${first} to ${last}${hint}`,
  );
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || count === 0) {
    throw new InvalidArgumentError("expected a number from 1 on.");
  }
  return count;
}
