import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execPath } from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);
const BIN = join(dirname(createRequire(import.meta.url).resolve("binaryen")), "bin");

/** What V8 has; binaryen's `-all` would write import kinds that V8 refuses. */
const FEATURES = [
  "bulk-memory",
  "bulk-memory-opt",
  "call-indirect-overlong",
  "extended-const",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
].map((feature) => `--enable-${feature}`);

/** Links modules into one: each import from the name of another becomes that other's export. */
export async function merge(modules: Readonly<Record<string, Uint8Array>>): Promise<Uint8Array> {
  return inTemporaryFolder(async (folder) => {
    const inputs: string[] = [];
    for (const [name, bytes] of Object.entries(modules)) {
      const file = join(folder, `${name}.wasm`);
      await writeFile(file, bytes);
      inputs.push(file, name);
    }
    return transform(folder, "wasm-merge", inputs);
  });
}

/** Drops functions that nothing reaches. Optimizing more than that made the engine slower. */
export async function removeUnused(bytes: Uint8Array): Promise<Uint8Array> {
  return inTemporaryFolder(async (folder) => {
    const input = join(folder, "input.wasm");
    await writeFile(input, bytes);
    return transform(folder, "wasm-opt", [input, "--remove-unused-module-elements"]);
  });
}

async function transform(folder: string, tool: string, inputs: string[]): Promise<Uint8Array> {
  const output = join(folder, "output.wasm");
  await run(execPath, [join(BIN, tool), ...FEATURES, ...inputs, "-o", output]);
  return readFile(output);
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "backworks-engine-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
