import { join, relative } from "node:path";
import type * as builder from "@backworks/pdk/build";
import { checkSourceManifest } from "../config/source-manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import { findCompiled, notTypeScript } from "./compiled-plugin.ts";
import { loadBuilder } from "./load-pdk.ts";

/**
 * Builds a plugin from its source, as the host will check it. Throws `build_…` errors, which name files as
 * seen from `directory`.
 */
export async function buildSource(
  source: string,
  target: builder.BuildTarget | undefined,
  directory: string,
): Promise<builder.BuiltPlugin> {
  const { buildPlugin, BuildError } = await loadBuilder();
  const folder = await locateFolder(source, directory);
  const file = relative(directory, join(folder, "plugin.yaml"));
  const checkManifest = (text: string): void => checkSourceManifest(text, file);
  try {
    return await buildPlugin({ source, target, checkManifest });
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const { message, position, notes } = error;
    throw new BackworksError(`build_${error.code}`, [message, ...notes].join("\n"), {
      cause: error,
      ...(position !== undefined && {
        position: { ...position, file: relative(directory, join(folder, position.file)) },
      }),
    });
  }
}

/**
 * The folder of the plugin.yaml of `source`. Throws `build_source_missing` when there is none, and
 * `build_not_typescript` for one that another compiler has to build.
 */
export async function locateFolder(source: string, directory: string): Promise<string> {
  const compiled = await findCompiled(source);
  if (compiled !== undefined) throw notTypeScript(compiled, directory);
  const { locateSource, BuildError } = await loadBuilder();
  try {
    return (await locateSource(source)).folder;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const { code, message, notes } = error;
    throw new BackworksError(`build_${code}`, [message, ...notes].join("\n"), { cause: error });
  }
}

/** Writes a built module, whole or not at all. */
export async function writeOut(file: string, bytes: Uint8Array): Promise<void> {
  const { writeModule, BuildError } = await loadBuilder();
  try {
    await writeModule(file, bytes);
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    throw new BackworksError(`build_${error.code}`, error.message, { cause: error });
  }
}
