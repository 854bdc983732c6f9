import type { BuiltPlugin } from "@backworks/pdk/build";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import type { Files } from "../../support/folder.ts";
import { buildFiles, manifestOf, runPlugin } from "../../support/plugins.ts";
import type { RunningPlugin, RunOptions } from "../../support/plugins.ts";

export const TARGETS = ["full", "fast"] as const;

export type Target = (typeof TARGETS)[number];

export type StartOptions = RunOptions & { readonly files?: Files };

/** Builds a plugin from its source for one of the targets; `hooks` is that of plugin.yaml. */
export async function buildFor(
  target: Target,
  source: string,
  hooks: JsonObject,
  files: Files = {},
): Promise<BuiltPlugin> {
  const manifest = manifestOf(hooks, { target });
  return buildFiles({ ...files, "plugin.yaml": manifest, "src/plugin.ts": source });
}

export async function startFor(
  target: Target,
  source: string,
  hooks: JsonObject,
  { files, ...options }: StartOptions = {},
): Promise<RunningPlugin> {
  return runPlugin(await buildFor(target, source, hooks, files), options);
}
