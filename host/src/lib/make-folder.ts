import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { hasErrorCode } from "./errors.ts";

/**
 * Makes a folder, and those above it that are missing; one that is there stays as it is. Throws the
 * system's error. Node's own `recursive` never returns where a folder exists and nothing can be made
 * in it because of ENOENT, as below /proc: it takes that for a missing parent, again and again.
 */
export function makeFolder(path: string, mode: number): void {
  try {
    makeOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if (!hasErrorCode(error, "ENOENT") || parent === path) throw error;
    makeFolder(parent, mode);
    makeOne(path, mode);
  }
}

function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!hasErrorCode(error, "EEXIST") || !statSync(path).isDirectory()) throw error;
  }
}
