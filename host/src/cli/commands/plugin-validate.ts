import { resolve } from "node:path";
import type { Command } from "commander";
import { BackworksError } from "../../lib/errors.ts";
import { checkPlugin } from "../../plugins/check.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output, describeError } from "../output.ts";

export function addPluginValidateCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("validate")
    .description("say whether plugin files would be loaded, without running them")
    .argument("<files...>", ".wasm files")
    .option("--json", "print the findings as JSON", false)
    .addHelpText(
      "after",
      `
Exits with 1 when a file would be refused.

Examples:
  backworks plugin validate plugins/*.wasm
  backworks plugin validate --json downloaded.wasm | jq '.plugins[].errors'`,
    )
    .action(async (files: string[], options: { json: boolean }) => {
      const output = new Output(context.terminal, options.json);
      const reports = [];
      for (const file of files) {
        const errors = await findProblems(resolve(context.terminal.directory, file));
        if (errors.length === 0) output.line(`${output.style("green", "✓")} ${file}`);
        else output.line(`${output.style("red", "✗")} ${file}`);
        for (const error of errors) output.line(output.printError(error));
        reports.push({ file, ok: errors.length === 0, errors: errors.map(describeError) });
      }
      const ok = reports.every((report) => report.ok);
      output.json({ ok, plugins: reports });
      context.finish(ok ? EXIT.ok : EXIT.failed);
    });
}

async function findProblems(file: string): Promise<readonly BackworksError[]> {
  try {
    await checkPlugin(file);
    return [];
  } catch (error) {
    if (error instanceof BackworksError) return [error];
    throw error;
  }
}
