import { relative, resolve } from "node:path";
import type * as builder from "@backworks/pdk/build";
import { Option, type Command } from "commander";
import { checkPluginBytes } from "../../plugins/check.ts";
import { escapeText } from "../../lib/escape.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output } from "../output.ts";
import { printBytes } from "../bytes.ts";
import { buildSource, writeOut } from "../build-source.ts";

interface BuildOptions {
  readonly out?: string;
  readonly target?: builder.BuildTarget;
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
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
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
  const built = await buildSource(path, options.target, terminal.directory);
  const name = String(built.manifest["name"]);
  const out = resolve(terminal.directory, options.out ?? `${name}.wasm`);
  // The host has the last word on what it will load, before anything is written.
  const { manifest, sha256, bytes } = await checkPluginBytes(built.bytes, out);
  await writeOut(out, bytes);

  for (const { message } of built.warnings) {
    output.note(`${output.noteStyle("yellow", "warning")} ${escapeText(message)}`);
  }
  for (const line of built.logs)
    output.note(`${output.noteStyle("dim", "log")} ${escapeText(line)}`);
  const file = relative(terminal.directory, out);
  const hooks = Object.keys(manifest.hooks);
  output.line(
    `${output.style("green", "✓")} ${file}  ${manifest.name} ${manifest.version}  ` +
      `${built.target}  ${printBytes(bytes.length)}  ${hooks.join(", ")}  in ${Math.round(built.times.totalMs)} ms`,
  );
  output.json({
    ok: true,
    file: out,
    name: manifest.name,
    version: manifest.version,
    target: built.target,
    bytes: bytes.length,
    sha256,
    hooks,
    warnings: built.warnings.map(({ message }) => message),
  });
  finish(EXIT.ok);
}
