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

/** `limits` of a manifest and of `backworks.yaml`, as their schemas let them through. */
export interface WrittenLimits extends WrittenCallLimits {
  readonly memory?: string;
  readonly memory_pages?: number;
  readonly hooks?: Readonly<Record<string, WrittenCallLimits | null>> | null;
}

interface WrittenCallLimits {
  readonly fuel?: number | string;
  readonly wall_ms?: number;
}

interface WrittenPluginLimits extends WrittenLimits {
  readonly instances?: number;
  readonly accounting?: "bounded" | "exact";
  readonly routes?: Readonly<Record<string, WrittenCallLimits | null>> | null;
}

/** Is told of a key below `limits` that no schema can judge. */
type Complain = (key: "memory" | "memory_pages", message: string) => void;

/** Resolves `plugins.NAME.limits`. */
export function readLimits(plugin: Cursor, notes: Notes): PluginLimits {
  const at = plugin.get("limits");
  if (at === undefined) return NO_LIMITS;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has found it so
  const written = at.json() as WrittenPluginLimits;
  const asked = toLimits(written, (key, message) => {
    const { label = at.label, position = at.position } = at.get(key) ?? {};
    notes.problems.add("config_invalid", `${label}: ${message}`, position);
  });
  const routes = Object.entries(written.routes ?? {});
  return {
    ...asked,
    instances: written.instances,
    accounting: written.accounting,
    routes: new Map(routes.map(([route, limits]) => [route, toCallLimits(limits)])),
  };
}

/** What manifests and operators write alike. */
export function toLimits(written: WrittenLimits, complain: Complain): LimitsAsked {
  const hooks = Object.entries(written.hooks ?? {}).flatMap(([name, limits]) =>
    isHookName(name) ? [[name, toCallLimits(limits)] as const] : [],
  );
  return {
    ...toCallLimits(written),
    memoryPages: toPages(written, complain),
    hooks: Object.fromEntries(hooks),
  };
}

function toCallLimits(written: WrittenCallLimits | null): CallLimitsWritten {
  const { fuel, wall_ms } = written ?? {};
  return { fuel: fuel === undefined ? undefined : toFuel(fuel), wallMs: wall_ms };
}

/** A number of units, or `20 ms`. */
function toFuel(fuel: number | string): FuelAmount {
  if (typeof fuel === "number") return { kind: "units", units: fuel };
  return { kind: "milliseconds", ms: Number.parseFloat(fuel) };
}

/** `16MiB`: whole pages, or they would be more than was allowed. */
function toPages({ memory, memory_pages }: WrittenLimits, complain: Complain): number | undefined {
  if (memory === undefined) return memory_pages;
  if (memory_pages !== undefined) {
    complain("memory_pages", "memory says it already: expected one of the two");
  }
  const [, count, unit = ""] = /^(\d+) ?(\w+)$/.exec(memory) ?? [];
  const pages = Math.floor((Number(count) * (UNITS[unit] ?? NaN)) / PAGE_BYTES);
  if (pages >= 1 && pages <= PAGES_MAX) return pages;
  complain("memory", `expected 64KiB to 4GiB, got ${memory}`);
  return undefined;
}
