import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { QuickJS } from "quickjs-wasi";
import { FUEL_EXPORT, START_EXPORT } from "../../../host/src/wasm/reserved.ts";

const execute = promisify(execFile);
const SOURCES = new URL("./kernels/", import.meta.url).pathname;
const ROOT = new URL("../../../", import.meta.url).pathname;

export interface Kernel {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Instantiates the module as some scheme has rewritten it. */
  readonly start: (module: WebAssembly.Module, imports: WebAssembly.Imports) => Promise<Runner>;
}

export interface Runner {
  /** Does the kernel's work once. */
  readonly run: () => number;
  readonly exports: WebAssembly.Exports;
}

/** Kernels by name, with the argument that makes one run take a millisecond or a few. */
const SIZES: Readonly<Record<string, number>> = {
  sha256: 2,
  json: 4,
  matmul: 1,
  sieve: 2,
  fib: 27,
  strings: 1,
  nbody: 20_000,
  quicksort: 1,
  interpreter: 40,
  "virtual-calls": 3_000,
  mandelbrot: 100,
  simd: 300,
  compression: 4,
  "assembly-script": 4,
};

const ASSEMBLY_SCRIPT = "assembly-script";
export const ENGINE = "engine";

/** Compiles them; needs Debian's `clang` and `lld` beside npm's packages. */
export async function buildKernels(
  names: readonly string[] = [...Object.keys(SIZES), ENGINE],
): Promise<readonly Kernel[]> {
  const directory = await mkdtemp(join(tmpdir(), "kernels-"));
  try {
    const kernels: Kernel[] = [];
    for (const name of names) kernels.push(openKernel(name, await build(name, directory)));
    return kernels;
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function build(name: string, directory: string): Promise<Uint8Array> {
  if (name === ENGINE) return readEngine();
  return name === ASSEMBLY_SCRIPT ? compileAssemblyScript(directory) : compileC(name, directory);
}

/** One of the kernels, from what its source was compiled to. */
export function openKernel(name: string, bytes: Uint8Array): Kernel {
  return { name, bytes, start: name === ENGINE ? startEngine : startKernel(name) };
}

/** Does a metered kernel's work once, and says what fuel it took. */
export function spend({ run, exports }: Runner): number {
  const fuel = exports[FUEL_EXPORT];
  if (!(fuel instanceof WebAssembly.Global)) throw new TypeError("the kernel is not metered");
  const before = BigInt(String(fuel.value));
  run();
  return Number(before - BigInt(String(fuel.value)));
}

async function compileC(name: string, directory: string): Promise<Uint8Array> {
  const out = join(directory, `${name}.wasm`);
  const target = ["--target=wasm32", "-nostdlib", "-mbulk-memory", "-msimd128", "-Wl,--no-entry"];
  await execute("clang", ["-O2", "-Wall", ...target, "-o", out, join(SOURCES, `${name}.c`)]);
  return Uint8Array.from(await readFile(out));
}

async function compileAssemblyScript(directory: string): Promise<Uint8Array> {
  const out = join(directory, `${ASSEMBLY_SCRIPT}.wasm`);
  const asc = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
  const source = join(SOURCES, `${ASSEMBLY_SCRIPT}.ts`);
  await execute(process.execPath, [asc, source, "-O3", "--use", "abort=", "-o", out]);
  return Uint8Array.from(await readFile(out));
}

function startKernel(name: string): Kernel["start"] {
  return async (module, imports) => {
    const { exports } = await WebAssembly.instantiate(module, imports);
    const { run, [START_EXPORT]: first } = exports;
    if (typeof first === "function") first();
    if (typeof run !== "function") throw new TypeError(`${name} has no function run`);
    return { run: () => Number(run(SIZES[name])), exports };
  };
}

/** The engine of `full` plugins. */
async function readEngine(): Promise<Uint8Array> {
  return Uint8Array.from(await readFile(join(ROOT, "node_modules/quickjs-wasi/quickjs.wasm")));
}

/** It runs a script. */
async function startEngine(module: WebAssembly.Module): Promise<Runner> {
  const script = await readFile(join(SOURCES, "engine.js"), "utf8");
  // The package brings its own imports, and calls what the module exports.
  const engine = await QuickJS.create({ wasm: module });
  const run = (): number => {
    using result = engine.evalCode(script);
    return result.toNumber();
  };
  return { run, exports: exportsOf(engine) };
}

function exportsOf(engine: QuickJS): WebAssembly.Exports {
  const exports: unknown = Reflect.get(engine, "exports");
  if (typeof exports !== "object" || exports === null) throw new TypeError("no exports");
  return { ...exports };
}
