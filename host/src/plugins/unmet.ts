import { findDenied } from "./grants.ts";
import { findCut } from "./limits.ts";
import type { ChosenPlugin } from "./choose.ts";

/** What a plugin asks for and does not get, a sentence each: it is loaded all the same. */
export function findUnmet({ name, manifest, settings }: ChosenPlugin): string[] {
  const { grants, limits } = settings;
  return [
    ...findDenied(manifest.capabilities, grants).map(
      ({ what }) => `it asks for ${what}, which is not granted`,
    ),
    ...findCut(manifest, limits).map((cut) => `${cut}: set plugins.${name}.limits to change that`),
  ];
}
