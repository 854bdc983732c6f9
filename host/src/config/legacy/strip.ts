import type { Notes } from "../endpoints.ts";
import { printPath } from "../node.ts";
import type { ConfigNode, ConfigPath, MapEntry } from "../node.ts";
import { LEGACY_KEYS } from "./keys.ts";
import type { LegacyKey, LegacyMap } from "./keys.ts";

/** Judges the keys of the original that have no place here, and returns the rest. */
export function stripLegacy(root: ConfigNode, notes: Notes): ConfigNode {
  return strip(root, LEGACY_KEYS, [], notes);
}

function strip(node: ConfigNode, legacy: LegacyMap, path: ConfigPath, notes: Notes): ConfigNode {
  if (node.kind === "scalar") return node;
  if (node.kind === "list") {
    const rule = legacy.keys["*"];
    if (rule?.kind !== "map") return node;
    return {
      ...node,
      items: node.items.map((item, at) => strip(item, rule, [...path, at], notes)),
    };
  }
  // What is switched off has no effect anyway: nothing in it needs a word.
  const silent = isOff(node);
  const entries = new Map<string, MapEntry>();
  for (const [key, entry] of node.entries) {
    const rule = ruleOf(legacy, key, entry.node);
    const below = [...path, key];
    if (rule?.kind === "key") {
      if (!silent && !isOff(entry.node)) report(rule, below, entry, notes);
      continue;
    }
    if (rule === undefined || (rule.whole && entry.node.kind !== "map")) {
      entries.set(key, entry);
      continue;
    }
    const rest = strip(entry.node, rule, below, notes);
    if (!rule.whole) entries.set(key, { ...entry, node: rest });
  }
  return { ...node, entries };
}

function ruleOf(
  legacy: LegacyMap,
  key: string,
  value: ConfigNode,
): LegacyKey | LegacyMap | undefined {
  const rule = Object.hasOwn(legacy.keys, key) ? legacy.keys[key] : legacy.keys["*"];
  if (rule?.kind === "key" && rule.when !== undefined && !rule.when(value)) return rule.otherwise;
  return rule;
}

function isOff(node: ConfigNode): boolean {
  if (node.kind !== "map") return false;
  const enabled = node.entries.get("enabled")?.node;
  return enabled?.kind === "scalar" && enabled.value === false;
}

function report(rule: LegacyKey, path: ConfigPath, entry: MapEntry, notes: Notes): void {
  const message = `${printPath(path)}: ${rule.message}`;
  if (rule.verdict === "warn") notes.warnings.push({ message, position: entry.position });
  else notes.problems.add("config_unsupported", message, entry.position);
}
