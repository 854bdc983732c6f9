import { BackworksError } from "../lib/errors.ts";
import type { ScannedFunction } from "./meter/scanner.ts";
import type { ModuleIndex } from "./module-index.ts";

/** What a module may consist of. Real plugins stay far below; compilers choke far above. */
export interface StructureLimits {
  readonly moduleBytesMax: number;
  readonly typesMax: number;
  readonly importsMax: number;
  readonly functionsMax: number;
  readonly globalsMax: number;
  readonly exportsMax: number;
  /** Data and element segments. */
  readonly segmentsMax: number;
  /** Of one function type; a branch may carry as many values. */
  readonly paramsMax: number;
  readonly functionBytesMax: number;
  /** Parameters and locals of one function. */
  readonly localsMax: number;
  /** Compilers keep every local at every join: time and memory grow with the product. */
  readonly localsTimesBlocksMax: number;
  readonly nestingMax: number;
  readonly branchTargetsMax: number;
  readonly memoriesMax: number;
  /** Of each memory, 64 KiB each; a memory never grows beyond. */
  readonly memoryPagesMax: number;
  readonly tablesMax: number;
  /** Of each table; a table never grows beyond. */
  readonly tableSlotsMax: number;
}

/** What memories are counted in. */
export const PAGE_BYTES = 65_536;
const PAGE_KIB = PAGE_BYTES / 1024;
const PAGES_PER_MIB = (1024 * 1024) / PAGE_BYTES;

export const PLUGIN_LIMITS: StructureLimits = {
  moduleBytesMax: 8 * 1024 * 1024,
  typesMax: 20_000,
  importsMax: 1_000,
  functionsMax: 50_000,
  globalsMax: 5_000,
  exportsMax: 5_000,
  segmentsMax: 100_000,
  paramsMax: 256,
  functionBytesMax: 512 * 1024,
  localsMax: 1_024,
  localsTimesBlocksMax: 5_000_000,
  nestingMax: 1_024,
  branchTargetsMax: 4_096,
  memoriesMax: 1,
  memoryPagesMax: 256,
  tablesMax: 16,
  tableSlotsMax: 100_000,
};

/** Checks what can be counted without looking at code: cheap, and before V8 sees the module. */
export function checkStructure(index: ModuleIndex, limits: StructureLimits): void {
  const { imports } = index;
  checkCount("bytes", index.bytes.length, limits.moduleBytesMax);
  checkCount("types", index.types.length, limits.typesMax);
  checkCount("imports", imports.length, limits.importsMax);
  checkCount("functions", index.bodies.length, limits.functionsMax);
  checkCount("globals", index.globals.length, limits.globalsMax);
  checkCount("exports", index.exports.length, limits.exportsMax);
  checkCount("segments", index.segmentCount, limits.segmentsMax);
  checkCount("memories", index.wideMemories.length, limits.memoriesMax);
  checkCount("tables", index.tableCount, limits.tablesMax);
  for (const type of index.types) {
    if (type.kind !== "func") continue;
    checkCount("parameters in one type", type.params.length, limits.paramsMax);
    checkCount("results in one type", type.results.length, limits.paramsMax);
  }
  for (const { min } of index.memories) checkMemory(min, limits.memoryPagesMax);
  for (const table of index.tables) {
    checkCount("slots in one table from the start", table.limits.min, limits.tableSlotsMax);
  }
  for (const [own, { start, end }] of index.bodies.entries()) {
    if (end - start > limits.functionBytesMax) {
      const name = `function ${own + index.importedFunctions}`;
      throw exceeded(`${name} has ${end - start} bytes, at most ${limits.functionBytesMax}`);
    }
  }
}

/** Checks what the scan of a function has counted. */
export function checkFunction(
  scanned: ScannedFunction,
  functionIndex: number,
  limits: StructureLimits,
): void {
  const { localCount, blockCount } = scanned;
  const check = (what: string, count: number, max: number): void => {
    if (count > max)
      throw exceeded(`function ${functionIndex} has ${count} ${what}, at most ${max}`);
  };
  check("locals", localCount, limits.localsMax);
  check("nested blocks", scanned.nesting, limits.nestingMax);
  check("targets of one branch", scanned.branchTargets, limits.branchTargetsMax);
  check("locals times blocks", localCount * blockCount, limits.localsTimesBlocksMax);
}

/** The one limit here that the operator sets. */
function checkMemory(pages: number | bigint, most: number): void {
  if (pages <= most) return;
  throw new BackworksError(
    "plugin_memory_exceeded",
    `the module begins with ${sizeOf(pages)} of memory, its limits.memory is ${sizeOf(most)}`,
    { details: { pages: Number(pages), most } },
  );
}

/** As `limits.memory` is written: in MiB, if it is a whole number of them. */
export function sizeOf(pages: number | bigint): string {
  const count = Number(pages);
  return count % PAGES_PER_MIB === 0 ? `${count / PAGES_PER_MIB}MiB` : `${count * PAGE_KIB}KiB`;
}

function checkCount(what: string, count: number | bigint, max: number): void {
  if (count > max) throw exceeded(`the module has ${count} ${what}, at most ${max}`);
}

function exceeded(message: string): BackworksError {
  return new BackworksError("plugin_limit_exceeded", message);
}
