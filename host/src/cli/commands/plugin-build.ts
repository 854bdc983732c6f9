import { relative, resolve } from "node:path";
import type { Command } from "commander";
import { checkPlugin } from "../../plugins/check.ts";
import { BackworksError } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output } from "../output.ts";
import { printBytes } from "../bytes.ts";

interface BuildOptions {
  readonly out?: string;
  readonly json: boolean;
}

export function addBuildCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("build")
    .description("build a TypeScript plugin into one .wasm file")
    .argument("<source>", "a folder with a plugin.yaml, or a .ts file beside one")
    .option("-o, --out <file>", "file to write (default: NAME.wasm in the working directory)")
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
Examples:
  backworks plugin build plugins-wasm/weather -o plugins/weather.wasm
  backworks plugin build hello/plugin.ts`,
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
  const { buildPlugin, BuildError } = await loadBuilder();
  try {
    const built = await buildPlugin({
      source: resolve(terminal.directory, source),
      ...(options.out !== undefined && { out: resolve(terminal.directory, options.out) }),
    });
    // The host has the last word on what it will load.
    const { manifest, sha256 } = await checkPlugin(built.out);
    const file = relative(terminal.directory, built.out);
    for (const warning of built.warnings) {
      output.note(`${output.noteStyle("yellow", "warning")} ${escapeText(warning)}`);
    }
    const hooks = Object.keys(manifest.hooks);
    output.line(
      `${output.style("green", "✓")} ${file}  ${manifest.name} ${manifest.version}  ` +
        `${printBytes(built.bytes.length)}  ${hooks.join(", ")}  in ${Math.round(built.elapsedMs)} ms`,
    );
    output.json({
      ok: true,
      file,
      bytes: built.bytes.length,
      sha256,
      hooks,
      warnings: built.warnings,
    });
    finish(EXIT.ok);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const { code, message, position, notes } = error;
    throw new BackworksError(code, [message, ...notes].join("\n"), {
      cause: error,
      ...(position !== undefined && { position }),
    });
  }
}

/** The builder comes with the PDK, which a host in production does not carry. */
async function loadBuilder(): Promise<typeof import("@backworks/pdk/build")> {
  try {
    return await import("@backworks/pdk/build");
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND")) {
      throw cause;
    }
    throw new BackworksError(
      "usage",
      "building plugins needs the package @backworks/pdk: npm install --save-dev @backworks/pdk",
      { cause },
    );
  }
}
