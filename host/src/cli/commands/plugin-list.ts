import { relative } from "node:path";
import type { Command } from "commander";
import { loadConfig } from "../../config/load.ts";
import { escapeText } from "../../lib/escape.ts";
import { choosePlugins } from "../../plugins/choose.ts";
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
  const rows = choices.map((choice) => [
    escapeText(choice.name),
    choice.manifest?.version ?? "",
    choice.kind === "chosen" ? "enabled" : choice.kind,
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
    if (choice?.kind === "refused") output.line(`  ${escapeText(choice.error.message)}`);
  }
  output.json({
    ok: true,
    plugins: choices.map((choice) => ({
      name: choice.name,
      state: choice.kind === "chosen" ? "enabled" : choice.kind,
      file: choice.file,
      version: choice.manifest?.version,
      description: choice.manifest?.description,
      hooks: choice.manifest === undefined ? [] : Object.keys(choice.manifest.hooks),
      ...(choice.kind === "refused" && { error: describeError(choice.error) }),
    })),
  });
  finish(EXIT.ok);
}
