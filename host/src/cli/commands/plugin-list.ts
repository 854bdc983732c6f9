import { relative } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import type { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { partsOf } from "../../lib/join-errors.ts";
import { choosePlugins } from "../../plugins/choose.ts";
import type { PluginChoice } from "../../plugins/choose.ts";
import { findRefusals } from "../../plugins/glance.ts";
import { printColumns } from "../columns.ts";
import { configFileOf } from "../context.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output, describeError } from "../output.ts";

interface ListOptions {
  readonly config?: string;
  readonly json: boolean;
}

export function addListCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("list")
    .description("list the plugins that a configuration finds, without running them")
    .option("-c, --config <file>", "configuration file (default: backworks.yaml and its old names)")
    .option("--json", "print the list as JSON", false)
    .addHelpText(
      "after",
      `
Modules are not read: a plugin is shown as refused when its manifest, the configuration or another
plugin that it requires rule it out. What its code rules out, backworks validate finds. Exits with 1
when one is refused.

Examples:
  backworks plugin list
  backworks plugin list -c examples/quickstart/backworks.yaml --json`,
    )
    .action(async (options: ListOptions) => list(options, context));
}

async function list(options: ListOptions, context: CommandContext): Promise<void> {
  const { terminal, finish } = context;
  const output = new Output(terminal, options.json);
  const config = await loadConfig(await configFileOf(options.config, terminal), terminal.env);
  const choices = await choosePlugins(config);
  const shown = (file: string | undefined): string =>
    file === undefined ? "" : relative(terminal.directory, file);
  const refusals = findRefusals(choices);
  const stateOf = (choice: PluginChoice): string => {
    if (refusals.has(choice)) return "refused";
    return choice.kind === "chosen" ? "enabled" : choice.kind;
  };
  const rows = choices.map((choice) => [
    escapeText(choice.name),
    choice.manifest?.version ?? "",
    stateOf(choice),
    choice.manifest === undefined ? "" : Object.keys(choice.manifest.hooks).join(", "),
    shown(choice.file),
  ]);
  if (choices.length === 0) {
    const directories = config.discovery.directories.map(shown).join(", ");
    output.line(
      config.discovery.enabled ? `no plugins in ${directories}` : "no plugins; discovery is off",
    );
  }
  for (const [index, line] of printColumns(rows).entries()) {
    output.line(line);
    const choice = choices[index];
    const refusal = choice && refusals.get(choice);
    for (const { message } of refusal === undefined ? [] : partsOf(refusal)) {
      for (const text of message.split("\n")) output.line(`  ${escapeText(text)}`);
    }
  }
  output.json({
    ok: refusals.size === 0,
    plugins: choices.map((choice) => ({
      name: choice.name,
      state: stateOf(choice),
      file: choice.file,
      version: choice.manifest?.version,
      description: choice.manifest?.description,
      hooks: choice.manifest === undefined ? [] : Object.keys(choice.manifest.hooks),
      ...describeRefusal(refusals.get(choice)),
    })),
  });
  finish(refusals.size === 0 ? EXIT.ok : EXIT.failed);
}

function describeRefusal(error: BackworksError | undefined): object {
  return error === undefined ? {} : { error: describeError(error) };
}
