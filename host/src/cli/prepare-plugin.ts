import { stat } from "node:fs/promises";
import { dirname, relative } from "node:path";
import type { BuildTarget } from "@backworks/pdk/build";
import { checkPlugin, checkPluginBytes, type CheckedPlugin } from "../plugins/check.ts";
import { buildSource } from "./build-source.ts";
import { findCompiled, findModule } from "./compiled-plugin.ts";
import type { Output, Terminal } from "./output.ts";

/** A plugin to look at, and what it was. */
export interface PreparedPlugin {
  readonly plugin: CheckedPlugin;
  /** `module` when it was built before. */
  readonly target: string;
}

/** What is beside a plugin, such as its cases, is in this folder. */
export async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true ? path : dirname(path);
}

/** A `.wasm` file; a folder of TypeScript, which is built; or one with what another compiler has made. */
export async function preparePlugin(
  path: string,
  target: BuildTarget | undefined,
  { directory }: Terminal,
  output: Output,
): Promise<PreparedPlugin> {
  if ((await folderOf(path)) !== path) return fromModule(path);
  const compiled = await findCompiled(path);
  if (compiled !== undefined) {
    const warn = (sentence: string): void =>
      output.note(`${output.noteStyle("yellow", "warning")} ${sentence}`);
    return fromModule(await findModule(compiled, directory, warn));
  }
  const built = await buildSource(path, target, directory);
  const name = relative(directory, path) || ".";
  return { plugin: await checkPluginBytes(built.bytes, name), target: built.target };
}

async function fromModule(file: string): Promise<PreparedPlugin> {
  return { plugin: await checkPlugin(file), target: "module" };
}
