import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Terminal } from "./output.ts";

const TEST_FILE = /\.test\.[cm]?[jt]s$/;
const SKIPPED: ReadonlySet<string> = new Set(["node_modules", "dist", ".git"]);
/** A plugin's folder has some; a whole home directory is none. */
const ENTRIES_MAX = 10_000;

/** How the author's own tests ended. */
export interface VitestResult {
  readonly passed: boolean;
  /** Of JSON: vitest's own report. */
  readonly report: unknown;
}

/** The tests in a folder, without those of packages. */
export async function findTestFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  const open = [folder];
  let entries = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of await readdir(at, { withFileTypes: true })) {
      if (++entries > ENTRIES_MAX) return found;
      const path = join(at, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) open.push(path);
      if (entry.isFile() && TEST_FILE.test(entry.name)) found.push(path);
    }
  }
  return found.toSorted();
}

/** The vitest of the author's project; undefined without one. */
export async function findVitest(folder: string): Promise<string | undefined> {
  const require = createRequire(join(folder, "package.json"));
  try {
    const file = require.resolve("vitest/package.json");
    const { bin }: { readonly bin: Readonly<Record<string, string>> } = JSON.parse(
      await readFile(file, "utf8"),
    );
    const program = bin["vitest"];
    return program === undefined ? undefined : join(dirname(file), program);
  } catch {
    return undefined;
  }
}

/** Runs them in a process of their own, which prints on the terminal, or writes a report. */
export async function runVitest(
  vitest: string,
  folder: string,
  terminal: Terminal,
  isJson: boolean,
): Promise<VitestResult> {
  const args = [vitest, "run", "--root", folder];
  if (!isJson) return { passed: await runProgram(args, folder, terminal), report: undefined };
  const temporary = await mkdtemp(join(tmpdir(), "backworks-tests-"));
  try {
    const file = join(temporary, "report.json");
    const silent = { ...terminal, out: terminal.err };
    const more = ["--reporter=json", `--outputFile=${file}`];
    const passed = await runProgram([...args, ...more], folder, silent);
    const text = await readFile(file, "utf8").catch(() => "null");
    return { passed, report: JSON.parse(text) };
  } finally {
    await rm(temporary, { recursive: true });
  }
}

/** Whether it ends well. */
async function runProgram(
  args: readonly string[],
  folder: string,
  { env, out, err }: Terminal,
): Promise<boolean> {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    // Behind a pipe it cannot see what it prints on.
    env: { ...env, ...(out.isTTY === true ? { FORCE_COLOR: "1" } : { NO_COLOR: "1" }) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => void out.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => void err.write(chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject);
  child.on("close", resolve);
  return (await promise) === 0;
}
