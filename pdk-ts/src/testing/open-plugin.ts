import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CheckedPlugin, TestOptions } from "@backworks/host/plugin";
import type * as host from "@backworks/host/plugin";
import type { BuildTarget } from "../build/read-manifest.ts";
import { buildCached } from "./build-cache.ts";
import { loadHost } from "./host.ts";
import { TestPlugin } from "./test-plugin.ts";

export interface OpenOptions extends Omit<TestOptions, "positions"> {
  /** Of a folder that is built; default: what its plugin.yaml says. */
  readonly target?: BuildTarget;
}

/**
 * Opens a plugin in the host's real sandbox: a `.wasm` file, or the folder of a plugin, which is
 * built unless nothing in it has changed. All that the plugin asks for is granted, and doubles stand
 * behind it. Throws what would refuse the plugin at the start of a host.
 */
export async function openPlugin(
  source: string | URL,
  options: OpenOptions = {},
): Promise<TestPlugin> {
  const { target, ...test } = options;
  const path = resolve(typeof source === "string" ? source : fileURLToPath(source));
  const from = await loadHost();
  const checked = await check(path, target, from);
  const tested = await from.PluginUnderTest.open(checked, test);
  return new TestPlugin(tested, from, test.config ?? {});
}

async function check(
  path: string,
  target: BuildTarget | undefined,
  { checkPlugin, checkPluginBytes }: typeof host,
): Promise<CheckedPlugin> {
  const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
  if (!isFolder) return checkPlugin(path);
  return checkPluginBytes(await buildCached(path, target), path);
}
