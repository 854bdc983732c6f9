import { HOOKS } from "../hooks.ts";
import type { SourceLines } from "../runtime/bootstrap.ts";
import type { CapabilityName } from "../services.ts";
import type { EngineInstance } from "./engine-instance.ts";
import { ENGINE_SECTION, type EngineAddresses } from "./engine-section.ts";
import { restrictImports } from "./service-imports.ts";
import { readExports, writeExports } from "./wasm/exports.ts";
import { readGlobals, withInitial, writeGlobals } from "./wasm/globals.ts";
import { PAGE_BYTES, segmentsOf, writeData, writeDataCount, writeMemory } from "./wasm/memory.ts";
import { SOURCES_SECTION } from "./sources-section.ts";
import { customSection, readSections, replaceSections, SECTION } from "./wasm/sections.ts";
import { sectionBody, writeSections, type Section } from "./wasm/sections.ts";

/** The custom section that hosts read a plugin's manifest from. */
export const MANIFEST_SECTION = "backworks:manifest";

/** 16 MiB: what a host grants a plugin unless it is told otherwise. */
export const MEMORY_PAGES_MAX = 256;

/** The only global of quickjs.wasm, and so the engine's first (checked by engine/build-engine.ts). */
const STACK_POINTER = 0;

export interface Snapshot {
  readonly bytes: Uint8Array;
  readonly memoryPages: number;
  /** Of memory that is not zero, and so stands in the module. */
  readonly dataBytes: number;
}

/** What a plugin is to the host. */
export interface SnapshotOutline {
  /** Its exports. */
  readonly hooks: readonly string[];
  readonly capabilities: ReadonlySet<CapabilityName>;
  /** Its manifest in JSON. */
  readonly manifest: string;
  readonly sourceLines: SourceLines;
  readonly engine: EngineAddresses | undefined;
}

/**
 * Writes the state of an engine down as a plugin. Only imports, exports, globals, memory and data
 * differ from engine.wasm: all plugins share one code section to the byte, which a host can meter
 * and keep once for all of them.
 */
export function writeSnapshot(
  engine: Uint8Array,
  instance: EngineInstance,
  { hooks, capabilities, manifest, sourceLines, engine: addresses }: SnapshotOutline,
): Snapshot {
  const sections = readSections(engine);
  const memory = instance.memory.slice();
  // Below the stack pointer lies what calls that have returned left behind.
  memory.fill(0, 0, Number(instance.global(STACK_POINTER)));
  const segments = segmentsOf(memory);
  const globals = readGlobals(sectionBody(sections, SECTION.global)).map((global, index) =>
    global.isMutable ? withInitial(global, instance.global(index)) : global,
  );
  const kept = new Set(["memory", ...hooks]);
  const exports = readExports(sectionBody(sections, SECTION.export));
  const memoryPages = memory.length / PAGE_BYTES;
  const imports = restrictImports(sectionBody(sections, SECTION.import), capabilities);
  const bodies = new Map([
    [SECTION.import, imports],
    [SECTION.memory, writeMemory(memoryPages, MEMORY_PAGES_MAX)],
    [SECTION.global, writeGlobals(globals)],
    [SECTION.export, writeExports(exports.filter(({ name }) => kept.has(name)))],
    [SECTION.dataCount, writeDataCount(segments)],
    [SECTION.data, writeData(memory, segments)],
  ]);
  // First in the file, so that a host finds the manifest without reading the rest.
  const head = customSection(MANIFEST_SECTION, new TextEncoder().encode(manifest));
  const tail = [sourcesSection(sourceLines), ...engineSection(addresses)];
  return {
    bytes: writeSections([head, ...replaceSections(sections, bodies), ...tail]),
    memoryPages,
    dataBytes: segments.reduce((sum, { start, end }) => sum + end - start, 0),
  };
}

/**
 * Lines alone: with columns it would be a tenth of the file. The last segment of a line counts, since
 * the first may still belong to what ended on the line before.
 */
function sourcesSection({ sources, lines }: SourceLines): Section {
  const places = lines.map((segments) => {
    const [, source, line] = (segments.split(" ").at(-1) ?? "").split(",");
    return source === undefined ? "" : `${source},${line}`;
  });
  const text = JSON.stringify({ sources, lines: places });
  return customSection(SOURCES_SECTION, new TextEncoder().encode(text));
}

function engineSection(addresses: EngineAddresses | undefined): Section[] {
  if (addresses === undefined) return [];
  const text = JSON.stringify(addresses);
  return [customSection(ENGINE_SECTION, new TextEncoder().encode(text))];
}

/** Place of a hook in the engine's table. */
export function slotOf(hook: string): number {
  return HOOKS.findIndex(({ name }) => name === hook);
}
