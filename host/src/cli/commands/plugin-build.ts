import { relative, resolve } from "node:path";
import type * as builder from "@backworks/pdk/build";
import { Option, type Command } from "commander";
import { checkPluginBytes } from "../../plugins/check.ts";
import { escapeText } from "../../lib/escape.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output } from "../output.ts";
import {
  describeExample,
  exampleRows,
  importRows,
  runExamples,
  throwGrown,
} from "../build-report.ts";
import { buildSource, writeOut } from "../build-source.ts";
import { printBytes } from "../bytes.ts";
import { printColumns } from "../columns.ts";

interface BuildOptions {
  readonly out?: string;
  readonly target?: builder.BuildTarget;
  readonly acceptFuel: boolean;
  readonly json: boolean;
}

export function addBuildCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("build")
    .description("build a TypeScript plugin into one .wasm file")
    .argument("<source>", "a folder with a plugin.yaml, or a .ts file beside one")
    .option("-o, --out <file>", "file to write (default: NAME.wasm in the working directory)")
    .addOption(
      new Option(
        "-t, --target <target>",
        "full: all of TypeScript; fast: compiled, a subset (default: target in plugin.yaml, or full)",
      ).choices(["full", "fast"]),
    )
    .option(
      "--accept-fuel",
      "accept what the cases take, when all pass: write fuel.lock.json",
      false,
    )
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
The cases.yaml beside plugin.yaml is run, for the fuel that its cases take. With a fuel.lock.json
beside it, one that takes over 5 % more than accepted fails the build, and nothing is written. Cases
that fail are shown, and the module is written all the same: plugin test is about them.

Examples:
  backworks plugin build plugins-wasm/weather -o plugins/weather.wasm
  backworks plugin build hello/plugin.ts
  backworks plugin build codec --target fast`,
    )
    .action(async (source: string, options: BuildOptions) => build(source, options, context));
}

async function build(
  source: string,
  options: BuildOptions,
  context: CommandContext,
): Promise<void> {
  const { terminal, finish } = context;
  const output = new Output(terminal, options.json);
  const path = resolve(terminal.directory, source);
  const built = await output.during(`building ${source}`, async () =>
    buildSource(path, options.target, terminal.directory),
  );
  const name = String(built.manifest["name"]);
  const out = resolve(terminal.directory, options.out ?? `${name}.wasm`);
  // The host has the last word on what it will load, before anything is written.
  const plugin = await checkPluginBytes(built.bytes, out);
  const cases = await output.during("running its cases", async () =>
    runExamples(plugin, path, built.target, { ...options, terminal }),
  );
  if (cases !== undefined) throwGrown(cases);
  await writeOut(out, plugin.bytes);

  printNotes(built, output);
  const { manifest, bytes, sha256 } = plugin;
  const hooks = Object.keys(manifest.hooks);
  output.line(
    `${output.style("green", "✓")} ${relative(terminal.directory, out)}  ${manifest.name} ${manifest.version}  ` +
      `${built.target}  ${printBytes(bytes.length)}  ${hooks.join(", ")}  in ${Math.round(built.times.totalMs)} ms`,
  );
  const { imports } = plugin.summary;
  for (const row of printColumns([...importRows(imports), ...exampleRows(cases)])) {
    output.line(`  ${row}`);
  }
  output.json({
    ok: true,
    file: out,
    name: manifest.name,
    version: manifest.version,
    target: built.target,
    bytes: bytes.length,
    sha256,
    hooks,
    imports: imports.map(({ module, name: imported }) => `${module} ${imported}`),
    cases: cases?.results.map(describeExample),
    warnings: built.warnings.map(({ message }) => message),
  });
  finish(EXIT.ok);
}

function printNotes({ warnings, logs }: builder.BuiltPlugin, output: Output): void {
  for (const { message } of warnings) {
    output.note(`${output.noteStyle("yellow", "warning")} ${escapeText(message)}`);
  }
  for (const line of logs) output.note(`${output.noteStyle("dim", "log")} ${escapeText(line)}`);
}
