import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CapabilityName } from "../services.ts";
import type { BuildPosition } from "./build-error.ts";
import type { CapabilityUses } from "./check-capabilities.ts";
import { pdkModuleOf } from "./pdk-modules.ts";

/** The module of this package that calls the functions of a capability. */
const CALLERS: Readonly<Record<string, CapabilityName>> = {
  clock: "clock",
  events: "events",
  http: "http",
  kv: "kv",
  metrics: "metrics",
  plugins: "plugins",
  random: "random",
  secrets: "secrets",
  sql: "sql",
  tcp: "tcp",
};

/** How a source calls for them, beside the name of the module. */
const OTHER_NAMES: Partial<Record<CapabilityName, string>> = { http: "fetch" };

/** What a bundle uses of the host's functions, from the files that went into it. */
export async function findCapabilityUses(
  folder: string,
  inputs: readonly string[],
  code: string,
): Promise<CapabilityUses> {
  const modules = new Set(inputs.map(pdkModuleOf));
  const used = Object.entries(CALLERS).filter(([module]) => modules.has(module));
  const sources = inputs.filter((input) => pdkModuleOf(input) === undefined);
  const called = new Map(
    await Promise.all(
      used.map(async ([, name]) => [name, await findPlace(folder, sources, name)] as const),
    ),
  );
  const isTimed = /\bDate\b/.test(code);
  return { called, felt: isTimed ? new Set(["clock"]) : new Set() };
}

/** Where the first of the author's own files names the capability. */
async function findPlace(
  folder: string,
  sources: readonly string[],
  capability: CapabilityName,
): Promise<BuildPosition | undefined> {
  const word = new RegExp(
    `\\b(?:${[capability, OTHER_NAMES[capability] ?? capability].join("|")})\\b`,
  );
  for (const file of sources) {
    if (file.includes("node_modules/")) continue;
    const text = await readFile(join(folder, file), "utf8").catch(() => "");
    const at = text.search(word);
    if (at < 0) continue;
    const before = text.slice(0, at).split("\n");
    return { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
  return undefined;
}
