import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pid } from "node:process";
import { BuildError } from "./build-error.ts";

/** Writes a module as a whole, so that a host that watches the folder never sees half of one. */
export async function writeModule(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${pid}.tmp`;
  try {
    await refuseOccupied(file);
    await makeFolder(dirname(file));
    await writeFile(draft, bytes);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw error instanceof BuildError ? error : notWritten(file, explain(error), error);
  }
}

/** What is no file would be replaced by one: a device too. */
async function refuseOccupied(file: string): Promise<void> {
  const kind = await kindOf(file);
  if (kind === "folder") {
    throw notWritten(file, "it is a folder: name a file in it, such as plugin.wasm");
  }
  if (kind === "special") throw notWritten(file, "it is no regular file");
}

/**
 * One level after another: Node's own recursive `mkdir` never ends where a file system, such as
 * /proc, answers that a folder below an existing one does not exist.
 */
async function makeFolder(folder: string): Promise<void> {
  const kind = await kindOf(folder);
  if (kind === "folder") return;
  if (kind !== undefined) throw notWritten(folder, "it is a file: a folder is needed there");
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  await mkdir(folder).catch(async (error: unknown) => {
    // Another build may have made it in the meantime.
    if ((await kindOf(folder)) !== "folder") throw notWritten(folder, explain(error), error);
  });
}

async function kindOf(path: string): Promise<"folder" | "file" | "special" | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (found.isDirectory()) return "folder";
  return found.isFile() ? "file" : "special";
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left",
  ENOENT: "the file system does not let anything be made there",
  ENAMETOOLONG: "the name is too long",
};

/** Without the draft's name, which nobody has chosen. */
function explain(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return REASONS[code] ?? (code === "" ? String(error) : code);
}

function notWritten(path: string, reason: string, cause?: unknown): BuildError {
  return new BuildError("not_written", `cannot write ${path}: ${reason}`, { cause });
}
