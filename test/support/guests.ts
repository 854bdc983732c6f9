import { readFile } from "node:fs/promises";
import { wat } from "./wat.ts";

/** One of the small modules in test/guests, compiled. */
export async function readGuest(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return wat(await readFile(new URL(`../guests/${name}.wat`, import.meta.url), "utf8"));
}
