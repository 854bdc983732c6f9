import { findDenied } from "./grants.ts";
import { findCut } from "./limits.ts";
import type { ChosenPlugin } from "./choose.ts";
import type { FuelPerMs } from "./limit-layers.ts";

/** What a plugin asks for and does not get, a sentence each: it is loaded all the same. */
export function findUnmet(
  { name, manifest, settings }: ChosenPlugin,
  fuelPerMs: FuelPerMs,
): string[] {
  const { grants, limits } = settings;
  return [
    ...explainDenied(
      name,
      findDenied(manifest.capabilities, grants).map(({ what }) => what),
    ),
    ...findCut(manifest, limits, fuelPerMs).map(
      (cut) => `${cut}: set plugins.${name}.limits to change that`,
    ),
  ];
}

/** One sentence for all of it, so that it is granted, or not, at one time. */
function explainDenied(plugin: string, denied: readonly string[]): string[] {
  if (denied.length === 0) return [];
  const verb = denied.length === 1 ? "is" : "are";
  return [
    `it asks for ${denied.join(", ")}, which ${verb} not granted; plugin info ${plugin} shows what would grant it`,
  ];
}
