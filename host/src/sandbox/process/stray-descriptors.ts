import { readdirSync, readFileSync } from "node:fs";

const FOLDER = "/proc/self/fdinfo";
/** Of open(2) on Linux. */
const CLOSE_ON_EXEC = 0o2000000;
/** Below are the standard ones and the pipes, which every new process gets its own of. */
const FIRST = 5;

let found: readonly number[] | undefined;

/**
 * Descriptors that whoever started the host left open in it, and that every process it starts would
 * inherit. Node marks those that it opens itself, so that looking once is enough. Only Linux tells.
 */
export function strayDescriptors(): readonly number[] {
  found ??= listDescriptors().filter((fd) => fd >= FIRST && isInherited(fd));
  return found;
}

function listDescriptors(): number[] {
  try {
    return readdirSync(FOLDER).map(Number);
  } catch {
    return [];
  }
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`${FOLDER}/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // Closed again: it was the one that listed the folder.
    return false;
  }
}
