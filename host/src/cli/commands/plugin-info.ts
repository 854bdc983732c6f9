import { resolve } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { nearest } from "../../lib/suggest.ts";
import { checkPlugin } from "../../plugins/check.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { choosePlugins } from "../../plugins/choose.ts";
import { explainPlugin } from "../../plugins/explain.ts";
import { printBytes } from "../bytes.ts";
import { printColumns } from "../columns.ts";
import { configFileOf } from "../context.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output } from "../output.ts";
import type { Terminal } from "../output.ts";
import { printExplanation } from "../print-explanation.ts";

interface InfoOptions {
  readonly config?: string;
  readonly json: boolean;
}

export function addInfoCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("info")
    .description("show what a plugin is, reads, hooks into and imports, without running it")
    .argument("<plugin>", "a .wasm file, or the name of a plugin that the configuration finds")
    .option("-c, --config <file>", "configuration file (default: backworks.yaml and its old names)")
    .option("--json", "print it as JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  backworks plugin info plugins/weather.wasm
  backworks plugin info weather -c examples/quickstart/backworks.yaml --json`,
    )
    .action(async (name: string, options: InfoOptions) => {
      const output = new Output(context.terminal, options.json);
      const checked = await checkPlugin(await fileOf(name, options, context.terminal));
      const explanation = explainPlugin(checked);
      print(checked, output);
      printExplanation(explanation, output);
      output.json({ ...describe(checked), ...explanation });
      context.finish(EXIT.ok);
    });
}

async function fileOf(name: string, options: InfoOptions, terminal: Terminal): Promise<string> {
  if (name.endsWith(".wasm")) return resolve(terminal.directory, name);
  const config = await loadConfig(await configFileOf(options.config, terminal), terminal.env);
  const choices = await choosePlugins(config);
  const choice = choices.find((candidate) => candidate.name === name);
  if (choice?.kind === "refused") throw choice.error;
  if (choice?.file !== undefined) return choice.file;
  const similar = nearest(
    name,
    choices.map((candidate) => candidate.name),
  );
  throw new BackworksError(
    "plugin_not_found",
    `${config.file} finds no plugin "${name}"${similar === undefined ? "" : `; did you mean "${similar}"?`}`,
  );
}

function print({ file, bytes, sha256, manifest, summary }: CheckedPlugin, output: Output): void {
  const label = (text: string): string => output.style("dim", text);
  output.line(`${output.style("bold", manifest.name)} ${manifest.version}`);
  if (manifest.description !== "") output.line(escapeText(manifest.description));
  output.line();
  const facts = [
    ["file", file],
    ["size", printBytes(bytes.length)],
    ["sha256", sha256],
    ["license", escapeText(manifest.license || "not stated")],
    ["abi", String(manifest.abi)],
    ["host", manifest.requiresHost],
    [
      "on failure",
      manifest.critical ? "the request fails with 503 (critical)" : "skipped, reported",
    ],
    ["imports", printImports(summary.imports)],
  ];
  for (const line of printColumns(facts.map(([name = "", value = ""]) => [label(name), value]))) {
    output.line(line);
  }
  output.line();
}

/** `extism:host/env (12), wasi_snapshot_preview1 (2)`. */
function printImports(imports: CheckedPlugin["summary"]["imports"]): string {
  const namespaces = Map.groupBy(imports, (entry) => entry.module);
  return [...namespaces].map(([name, list]) => `${name} (${list.length})`).join(", ") || "nothing";
}

function describe({ file, bytes, sha256, manifest, summary }: CheckedPlugin): object {
  return {
    ok: true,
    file,
    bytes: bytes.length,
    sha256,
    manifest,
    imports: summary.imports.map(({ module, name }) => `${module}.${name}`),
    memories: summary.memories,
    functions: summary.functionCount,
  };
}
