import { BackworksError } from "../lib/errors.ts";
import type { ModuleIndex } from "./module-index.ts";

export type Feature =
  | "threads"
  | "memory64"
  | "multi-memory"
  | "garbage-collection"
  | "stack-switching"
  | "imported-memory";

/** Why a plugin may not use what V8 could run. */
export const REFUSED_FEATURES: Readonly<Record<Feature, string>> = {
  threads: "a wait blocks the host's only thread, and shared memory cannot be capped per plugin",
  memory64: "a memory of 64-bit addresses is not held to the cap by a guard region",
  "multi-memory": "the cap holds for one memory; address space for thousands of instances, too",
  "garbage-collection": "objects outside of the linear memory are not held to any cap",
  "stack-switching": "a guest's own stacks are outside of the fuel and stack limits",
  "imported-memory": "a plugin brings its own memory and tables, which the host caps",
};

/** The refusable features that a module's sections show; its code may show more. */
export function featuresOf(index: ModuleIndex): Set<Feature> {
  const features = new Set<Feature>();
  const { types, imports, memories, wideMemories, wideTables } = index;
  const kinds = new Set(types.map(({ kind }) => kind));
  if (kinds.has("struct") || kinds.has("array")) features.add("garbage-collection");
  if (kinds.has("cont")) features.add("stack-switching");
  if (wideMemories.includes(true) || wideTables.includes(true)) features.add("memory64");
  if (wideMemories.length > 1) features.add("multi-memory");
  if (memories.some(({ shared }) => shared)) features.add("threads");
  for (const entry of imports) {
    if (entry.kind === "memory" || entry.kind === "table") features.add("imported-memory");
    if (entry.kind === "memory" && entry.memory.shared) features.add("threads");
  }
  return features;
}

/** Throws `plugin_feature_unsupported` for the first feature that is not allowed. */
export function refuseFeatures(features: Iterable<Feature>, allowed: readonly Feature[]): void {
  for (const feature of features) {
    if (allowed.includes(feature)) continue;
    throw new BackworksError(
      "plugin_feature_unsupported",
      `the module uses ${feature}, which plugins may not: ${REFUSED_FEATURES[feature]}`,
      { details: { feature } },
    );
  }
}
