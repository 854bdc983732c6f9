import type { Isolation } from "../contracts/config.ts";
import type { Cursor } from "./cursor.ts";

export const ISOLATION_DEFAULT: Isolation = "shared";

/** `isolation` of a plugin, or of the whole file; undefined when it is not written. */
export function readIsolation(at: Cursor): Isolation | undefined {
  const written = at.get("isolation")?.text();
  return (["shared", "process"] as const).find((known) => known === written);
}
