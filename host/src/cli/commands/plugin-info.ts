import { resolve } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import type { HookDeclaration } from "../../contracts/manifest.ts";
import { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { nearest } from "../../lib/suggest.ts";
import { checkPlugin } from "../../plugins/check.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { choosePlugins } from "../../plugins/choose.ts";
import { printBytes } from "../bytes.ts";
import { printColumns } from "../columns.ts";
import { configFileOf } from "../context.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output } from "../output.ts";
import type { Terminal } from "../output.ts";

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
      print(checked, output);
      output.json(describe(checked));
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
    ["memory", summary.memories.map((memory) => printBytes(memory.pagesMin * 65_536)).join(", ")],
    ["imports", printImports(summary.imports)],
  ];
  for (const line of printColumns(facts.map(([name = "", value = ""]) => [label(name), value]))) {
    output.line(line);
  }
  output.line();
  for (const [hook, declaration] of Object.entries(manifest.hooks)) {
    output.line(output.style("bold", hook));
    for (const line of printColumns(hookFacts(declaration))) output.line(`  ${line}`);
  }
}

function hookFacts({ match, reads, priority }: HookDeclaration): string[][] {
  const lists: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["routes", match.routes],
    ["methods", match.methods],
    ["paths", match.paths],
    ["reads headers", reads.headers],
    ["reads response headers", reads.responseHeaders],
    ["reads parameters", reads.params],
    ["reads context", reads.context],
  ];
  const rows = lists.flatMap(([name, list]) =>
    list === undefined || list.length === 0 ? [] : [[name, escapeText(list.join(", "))]],
  );
  if (reads.body.mode !== "none") {
    rows.push(["reads body", `${reads.body.mode}, at most ${printBytes(reads.body.bytesMax)}`]);
  }
  if (priority !== 0) rows.push(["priority", String(priority)]);
  return rows;
}

/** `extism:host/env (12), wasi_snapshot_preview1 (2)`. */
function printImports(imports: CheckedPlugin["summary"]["imports"]): string {
  const namespaces = Map.groupBy(imports, (entry) => entry.module);
  return [...namespaces].map(([name, list]) => `${name} (${list.length})`).join(", ") || "nothing";
}

function describe({ file, bytes, sha256, manifest, summary }: CheckedPlugin): unknown {
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
