import { resolve } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { nearest } from "../../lib/suggest.ts";
import { checkPlugin } from "../../plugins/check.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { choosePlugins } from "../../plugins/choose.ts";
import type { ChosenPlugin } from "../../plugins/choose.ts";
import { explainPluginFile } from "../../plugins/explain.ts";
import { fuelPerMs } from "../../sandbox/calibrate.ts";
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
Hooks, limits and grants are what holds under the configuration that finds the plugin: by its name, or -c
FILE beside a .wasm file. Each limit is shown with who has decided it: default, plugin.yaml or
backworks.yaml, for the plugin, a hook or a route. How many milliseconds fuel lasts is measured now.

Examples:
  backworks plugin info plugins/weather.wasm
  backworks plugin info plugins/weather.wasm -c backworks.yaml
  backworks plugin info weather -c examples/quickstart/backworks.yaml --json`,
    )
    .action(async (name: string, options: InfoOptions) => {
      const output = new Output(context.terminal, options.json);
      const { file, configFile, choice } = await find(name, options, context.terminal);
      const checked = await checkPlugin(file);
      const operator = choice && { name: choice.name, ...choice.settings };
      const explanation = await explainPluginFile(checked, fuelPerMs, operator);
      print(checked, choice, output);
      printExplanation(explanation, output);
      output.line();
      output.line(
        output.style(
          "dim",
          choice === undefined
            ? "limits and grants are those of a plugin that no configuration speaks of; its name, or -c FILE, shows what holds there"
            : `limits and grants as ${configFile} says`,
        ),
      );
      output.json({ ...describe(checked, choice), configFile, ...explanation });
      context.finish(EXIT.ok);
    });
}

interface FoundFile {
  readonly file: string;
  /** What the operator says of it; nothing for a file that no configuration finds. */
  readonly choice: ChosenPlugin | undefined;
  readonly configFile: string | undefined;
}

/** A file speaks for itself; the configuration is asked where one is named, or a plugin by its name. */
async function find(name: string, options: InfoOptions, terminal: Terminal): Promise<FoundFile> {
  const isFile = name.endsWith(".wasm");
  const path = resolve(terminal.directory, name);
  if (isFile && options.config === undefined) {
    return { file: path, choice: undefined, configFile: undefined };
  }
  const config = await loadConfig(await configFileOf(options.config, terminal), terminal.env);
  const choices = await choosePlugins(config);
  const choice = choices.find((each) => (isFile ? each.file === path : each.name === name));
  if (choice?.kind === "refused") throw choice.error;
  if (choice?.file !== undefined) {
    const chosen = choice.kind === "chosen" ? choice : undefined;
    return { file: choice.file, choice: chosen, configFile: config.file };
  }
  if (isFile) return { file: path, choice: undefined, configFile: config.file };
  const similar = nearest(
    name,
    choices.map((candidate) => candidate.name),
  );
  throw new BackworksError(
    "plugin_not_found",
    `${config.file} finds no plugin "${name}"${similar === undefined ? "" : `; did you mean "${similar}"?`}`,
  );
}

function print(
  { file, bytes, sha256, manifest, summary }: CheckedPlugin,
  choice: ChosenPlugin | undefined,
  output: Output,
): void {
  const critical = choice?.settings.critical ?? manifest.critical;
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
    ["on failure", critical ? "the request fails with 503 (critical)" : "skipped, reported"],
    ...(choice === undefined ? [] : [["isolation", choice.settings.isolation]]),
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

function describe(
  { file, bytes, sha256, manifest, summary }: CheckedPlugin,
  choice: ChosenPlugin | undefined,
): object {
  return {
    ok: true,
    file,
    bytes: bytes.length,
    sha256,
    manifest,
    imports: summary.imports.map(({ module, name }) => `${module}.${name}`),
    memories: summary.memories,
    functions: summary.functionCount,
    critical: choice?.settings.critical ?? manifest.critical,
    isolation: choice?.settings.isolation,
  };
}
