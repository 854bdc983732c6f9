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
    ...findDenied(manifest.capabilities, grants).map(
      ({ what }) => `it asks for ${what}, which is not granted`,
    ),
    ...findCut(manifest, limits, fuelPerMs).map(
      (cut) => `${cut}: set plugins.${name}.limits to change that`,
    ),
  ];
}
