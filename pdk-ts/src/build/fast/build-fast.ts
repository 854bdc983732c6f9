import { checkHooks } from "../check-hooks.ts";
import type { PluginManifest } from "../read-manifest.ts";
import { MANIFEST_SECTION } from "../snapshot.ts";
import { ByteReader } from "../wasm/byte-reader.ts";
import { customSection, readSections, SECTION } from "../wasm/sections.ts";
import { sectionBody, writeSections, type Section } from "../wasm/sections.ts";
import { compileSource } from "./compile-source.ts";
import { keepFunctionNames } from "./function-names.ts";
import { inspectSource } from "./inspect-source.ts";
import { printStart } from "./print-start.ts";

export interface FastBuild {
  readonly bytes: Uint8Array;
  readonly files: readonly string[];
  readonly sourceBytes: number;
  readonly dataBytes: number;
  readonly memoryPages: number;
  /** When the source had been read, by `performance.now()`. */
  readonly inspectedAt: number;
  readonly compiledAt: number;
}

/** Compiles a plugin's source to machine-near WebAssembly, by AssemblyScript. */
export async function buildFast(
  folder: string,
  entry: string,
  manifest: PluginManifest,
): Promise<FastBuild> {
  const { exports, files, sourceBytes } = await inspectSource(folder, entry);
  // What each of them is, the compiler finds out: it knows no exports but typed ones.
  checkHooks(manifest, entry, Object.fromEntries(exports.map((name) => [name, "function"])));
  const inspectedAt = performance.now();
  const hooks = manifest.plans.map(({ hook }) => hook);
  const start = printStart(entry, manifest.plans);
  const compiled = await compileSource({ folder, entry, start, hooks });
  const sections = readSections(compiled);
  return {
    bytes: finish(sections, JSON.stringify(manifest.data)),
    files,
    sourceBytes,
    dataBytes: sectionBody(sections, SECTION.data).length,
    memoryPages: readMemoryPages(sectionBody(sections, SECTION.memory)),
    inspectedAt,
    compiledAt: performance.now(),
  };
}

/** The manifest first in the file, so that a host finds it without reading the rest. */
function finish(sections: readonly Section[], manifest: string): Uint8Array {
  const head = customSection(MANIFEST_SECTION, new TextEncoder().encode(manifest));
  return writeSections([head, ...keepFunctionNames(sections)]);
}

/** Flags and the least size of the only memory. */
function readMemoryPages(body: Uint8Array): number {
  const reader = new ByteReader(body);
  reader.u32();
  reader.byte();
  return reader.u32();
}
