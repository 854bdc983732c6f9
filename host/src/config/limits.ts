import { isHookName } from "../contracts/hooks.ts";
import {
  NO_LIMITS,
  type CallLimitsWritten,
  type FuelAmount,
  type LimitsAsked,
  type PluginLimits,
} from "../contracts/limits.ts";
import type { Cursor } from "./cursor.ts";
import type { Notes } from "./endpoints.ts";

const PAGE_BYTES = 64 * 1024;
/** Of a memory with 32-bit addresses. */
const PAGES_MAX = 65_536;
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** Resolves `plugins.NAME.limits`. */
export function readLimits(plugin: Cursor, notes: Notes): PluginLimits {
  const written = plugin.get("limits");
  if (written === undefined) return NO_LIMITS;
  const hooks = (written.get("hooks")?.entries() ?? []).flatMap(([name, at]) =>
    isHookName(name) ? [[name, readCallLimits(at)] as const] : [],
  );
  const routes = written.get("routes")?.entries() ?? [];
  const accounting = written.get("accounting")?.text();
  return {
    ...readCallLimits(written),
    memoryPages: readMemory(written.get("memory"), notes),
    instances: written.get("instances")?.number(),
    accounting: (["bounded", "exact"] as const).find((known) => known === accounting),
    hooks: Object.fromEntries(hooks),
    routes: new Map(routes.map(([route, at]) => [route, readCallLimits(at)])),
  };
}

function readCallLimits(written: Cursor): CallLimitsWritten {
  return {
    fuel: readFuel(written.get("fuel")),
    wallMs: written.get("wall_ms")?.number(),
  };
}

/** A number of units, or `20 ms`. */
function readFuel(written: Cursor | undefined): FuelAmount | undefined {
  if (written === undefined) return undefined;
  const value = written.json();
  if (typeof value === "number") return { kind: "units", units: value };
  return { kind: "milliseconds", ms: Number.parseFloat(written.text()) };
}

/** `16MiB`: whole pages, or they would be more than was allowed. */
function readMemory(written: Cursor | undefined, notes: Notes): number | undefined {
  if (written === undefined) return undefined;
  const [, count, unit = ""] = /^(\d+) ?(\w+)$/.exec(written.text()) ?? [];
  const pages = Math.floor((Number(count) * (UNITS[unit] ?? NaN)) / PAGE_BYTES);
  if (pages >= 1 && pages <= PAGES_MAX) return pages;
  const message = `${written.label}: expected 64KiB to 4GiB, got ${written.text()}`;
  notes.problems.add("config_invalid", message, written.position);
  return undefined;
}

/** `limits` of a manifest as its schema lets it through. */
export interface WrittenLimits {
  readonly fuel?: number;
  readonly wall_ms?: number;
  readonly memory_pages?: number;
  readonly hooks?: Readonly<Record<string, Omit<WrittenLimits, "memory_pages" | "hooks">>>;
}

export function toLimitsAsked(written: WrittenLimits): LimitsAsked {
  const hooks = Object.entries(written.hooks ?? {}).flatMap(([name, limits]) =>
    isHookName(name) ? [[name, { fuel: limits.fuel, wallMs: limits.wall_ms }] as const] : [],
  );
  return {
    fuel: written.fuel,
    wallMs: written.wall_ms,
    memoryPages: written.memory_pages,
    hooks: Object.fromEntries(hooks),
  };
}
