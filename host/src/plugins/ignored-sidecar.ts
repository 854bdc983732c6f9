import { access } from "node:fs/promises";
import { basename } from "node:path";
import { manifestFileOf, type CheckedPlugin } from "./check.ts";
import { sidecarOf } from "./manifest-file.ts";

/** A manifest beside a module that carries its own, in a sentence: somebody may believe that it counts. */
export async function findIgnoredSidecar(
  plugin: Pick<CheckedPlugin, "file" | "summary">,
): Promise<string[]> {
  const { file } = plugin;
  const sidecar = sidecarOf(file);
  if (manifestFileOf(plugin) === sidecar || !(await exists(sidecar))) return [];
  return [
    `${basename(sidecar)} beside it is not read: ${basename(file)} carries a manifest of its own`,
  ];
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
