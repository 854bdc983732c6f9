import { resolve } from "node:path";
import type { Command } from "commander";
import { BackworksError } from "../../lib/errors.ts";
import { partsOf } from "../../lib/join-errors.ts";
import { checkPlugin } from "../../plugins/check.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { explainPluginFile } from "../../plugins/explain.ts";
import type { Explanation } from "../../plugins/explain.ts";
import { compileModule } from "../../sandbox/compile.ts";
import { fuelPerMs } from "../../sandbox/calibrate.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output, describeError } from "../output.ts";
import { printExplanation } from "../print-explanation.ts";

type Verdict =
  | { readonly ok: true; readonly plugin: CheckedPlugin; readonly explanation: Explanation }
  | { readonly ok: false; readonly error: BackworksError };

export function addPluginValidateCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("validate")
    .description("say whether plugin files would be loaded, what they can do and need")
    .argument("<files...>", ".wasm files")
    .option("--json", "print the findings as JSON", false)
    .addHelpText(
      "after",
      `
Nothing of a plugin runs, so what it does at its start is not tried. Exits with 1 when a file would be refused.

Examples:
  backworks plugin validate plugins/*.wasm
  backworks plugin validate --json downloaded.wasm | jq '.plugins[].errors'
  backworks plugin validate --json downloaded.wasm | jq '.plugins[].findings'`,
    )
    .action(async (files: string[], options: { json: boolean }) => {
      const output = new Output(context.terminal, options.json);
      const reports = [];
      for (const file of files) {
        const verdict = await judge(resolve(context.terminal.directory, file));
        print(file, verdict, output);
        reports.push({ file, ...describe(verdict) });
      }
      const ok = reports.every((report) => report.ok);
      output.json({ ok, plugins: reports });
      context.finish(ok ? EXIT.ok : EXIT.failed);
    });
}

async function judge(file: string): Promise<Verdict> {
  try {
    const plugin = await checkPlugin(file);
    const explanation = await explainPluginFile(plugin, fuelPerMs);
    const { accounting, memoryPages: memoryPagesMax } = explanation.limits;
    await compileModule(plugin.bytes, { ...plugin, accounting, memoryPagesMax });
    return { ok: true, plugin, explanation };
  } catch (error) {
    if (error instanceof BackworksError) return { ok: false, error };
    throw error;
  }
}

function print(file: string, verdict: Verdict, output: Output): void {
  if (!verdict.ok) {
    output.line(`${output.style("red", "✗")} ${file}`);
    for (const error of partsOf(verdict.error)) output.line(output.printError(error));
    return;
  }
  const { name, version } = verdict.plugin.manifest;
  output.line(`${output.style("green", "✓")} ${file}  ${name} ${version}`);
  printExplanation(verdict.explanation, output);
}

function describe(verdict: Verdict): { readonly ok: boolean; readonly [key: string]: unknown } {
  if (!verdict.ok) return { ok: false, errors: partsOf(verdict.error).map(describeError) };
  const { manifest, sha256 } = verdict.plugin;
  return { ok: true, version: manifest.version, sha256, errors: [], ...verdict.explanation };
}
