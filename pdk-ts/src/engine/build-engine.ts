import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { HOOKS } from "../hooks.ts";
import { readExports, writeExports, type Export } from "../build/wasm/exports.ts";
import { readGlobals } from "../build/wasm/globals.ts";
import { hasOnlyActiveData } from "../build/wasm/memory.ts";
import { readSections, replaceSections, SECTION, sectionBody } from "../build/wasm/sections.ts";
import { withoutCustomSections, writeSections, type Section } from "../build/wasm/sections.ts";
import { merge, removeUnused } from "./binaryen.ts";
import { compileGlue } from "./compile-glue.ts";
import { renameImports } from "./rename-imports.ts";
import { writeServiceSlots } from "./service-slots.ts";

/** Of `quickjs.wasm` in npm quickjs-wasi 3.6.2. */
const QUICKJS_SHA256 = "d4c9375f2b1ca4dc95f72c8aa2982a7a9951ac8011490d79c6582df732b4bbd9";

/** `i32.const 1048576; end`: quickjs.wasm has its stack first, below its data. */
const STACK_TOP = Uint8Array.of(0x41, 0x80, 0x80, 0xc0, 0x00, 0x0b);

const HOOK_NAMES: ReadonlySet<string> = new Set(HOOKS.map((hook) => hook.name));

/** Modules of the glue's imports (its source files) and what they are in the end. */
const GLUE_MODULES: Readonly<Record<string, string>> = {
  kernel: "extism:host/env",
  wasi: "wasi_snapshot_preview1",
  quickjs: "quickjs",
  services: "services",
  // The only import asc does not name after a file: the memory, which is QuickJS's.
  env: "quickjs",
};

/** Makes the engine of all `full` plugins from the pinned npm packages: the same bytes each time. */
export async function buildEngine(): Promise<Uint8Array> {
  const quickjs = renameImports(await readQuickjs(), quickjsModule);
  const glue = renameImports(await compileGlue(), (module) => GLUE_MODULES[module] ?? module);
  const merged = await merge({ quickjs, glue, services: writeServiceSlots() });
  const pruned = await removeUnused(withExports(merged, keepExport));
  const engine = withExports(pruned, keepExport, exportedGlobals);
  checkEngine(readSections(engine));
  return engine;
}

async function readQuickjs(): Promise<Uint8Array> {
  const file = createRequire(import.meta.url).resolve("quickjs-wasi/quickjs.wasm");
  const bytes = await readFile(file);
  const hash = createHash("sha256").update(bytes).digest("hex");
  if (hash !== QUICKJS_SHA256) {
    throw new Error(`${file} has sha256 ${hash}, expected ${QUICKJS_SHA256}`);
  }
  return bytes;
}

/** QuickJS gets the clock and random numbers from the host, everything else from the glue. */
function quickjsModule(module: string, name: string): string {
  return name === "clock_time_get" || name === "random_get" ? module : "glue";
}

function keepExport({ name }: Export): boolean {
  return name === "memory" || HOOK_NAMES.has(name) || name.startsWith("engine_");
}

/** The snapshot reads every mutable global back: `global.N` is the Nth of the global section. */
function exportedGlobals(sections: readonly Section[]): Export[] {
  const globals = readGlobals(sectionBody(sections, SECTION.global));
  return globals.flatMap(({ isMutable }, index) =>
    isMutable ? [{ name: `global.${index}`, kind: "global", index }] : [],
  );
}

function withExports(
  bytes: Uint8Array,
  keep: (entry: Export) => boolean,
  more: (sections: readonly Section[]) => Export[] = () => [],
): Uint8Array {
  const sections = withoutCustomSections(readSections(bytes));
  const kept = readExports(sectionBody(sections, SECTION.export)).filter(keep);
  const body = writeExports([...kept, ...more(sections)]);
  return writeSections(replaceSections(sections, new Map([[SECTION.export, body]])));
}

/** What `build/snapshot.ts` relies on. */
function checkEngine(sections: readonly Section[]): void {
  if (!hasOnlyActiveData(sectionBody(sections, SECTION.data))) {
    throw new Error("the engine has passive data segments, which a snapshot would lose");
  }
  const [stackPointer] = readGlobals(sectionBody(sections, SECTION.global));
  if (stackPointer?.initial.join() !== STACK_TOP.join()) {
    throw new Error("the engine's first global is not the stack pointer");
  }
  const names = new Set(readExports(sectionBody(sections, SECTION.export)).map(({ name }) => name));
  const missing = [...HOOK_NAMES].filter((name) => !names.has(name));
  if (missing.length > 0) throw new Error(`the glue has no hooks ${missing.join(", ")}`);
}
