import { SERVICES } from "../../services.ts";
import { BuildError, type BuildPosition } from "../build-error.ts";
import type { BundleWarning } from "../bundle.ts";
import { checkCapabilities, type CapabilityUses } from "../check-capabilities.ts";
import { checkHooks } from "../check-hooks.ts";
import type { PluginManifest } from "../read-manifest.ts";
import { MANIFEST_SECTION } from "../snapshot.ts";
import { ByteReader } from "../wasm/byte-reader.ts";
import { readImports } from "../wasm/imports.ts";
import { customSection, readSections, SECTION } from "../wasm/sections.ts";
import { sectionBody, writeSections, type Section } from "../wasm/sections.ts";
import { compileSource, type CompiledSource } from "./compile-source.ts";
import { keepFunctionNames, readFunctionNames } from "./function-names.ts";
import { placesSection } from "./function-places.ts";
import { inspectSource } from "./inspect-source.ts";
import { printStart } from "./print-start.ts";

/** What `Date.now` is made of. */
const WASI_CLOCK = "clock_time_get";

export interface FastBuild {
  readonly bytes: Uint8Array;
  readonly warnings: readonly BundleWarning[];
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
  const compiled = await compileSource({ folder, entry, start, hooks, files });
  const sections = readSections(compiled.bytes);
  const warnings = checkCapabilities(manifest, readUses(sections, compiled.uses));
  return {
    warnings,
    bytes: finish(sections, JSON.stringify(manifest.data), compiled.places),
    files,
    sourceBytes,
    dataBytes: sectionBody(sections, SECTION.data).length,
    memoryPages: readMemoryPages(sectionBody(sections, SECTION.memory)),
    inspectedAt,
    compiledAt: performance.now(),
  };
}

/** Capabilities of the host that the module imports: what the compiler kept is used. */
function readUses(
  sections: readonly Section[],
  positions: ReadonlyMap<string, BuildPosition>,
): CapabilityUses {
  const imports = readImports(sectionBody(sections, SECTION.import));
  const imported = new Set(imports.map(({ name }) => name));
  refuseProcess(imported);
  return {
    called: new Map(
      SERVICES.flatMap(({ name, capability }) =>
        imported.has(name) && capability !== "any" ? [[capability, positions.get(capability)]] : [],
      ),
    ),
    felt: new Set(imported.has(WASI_CLOCK) ? ["clock"] : []),
  };
}

/** The compiler knows Node's `process`, and imports it from a host of its own. */
function refuseProcess(imported: ReadonlySet<string>): void {
  if (![...imported].some((name) => name.startsWith("process."))) return;
  throw new BuildError("source_invalid", "there is no process in a plugin", {
    notes: [
      "config.get reads the plugin's configuration, log and console write into the host's log",
    ],
  });
}

/** The manifest first in the file, so that a host finds it without reading the rest. */
function finish(
  sections: readonly Section[],
  manifest: string,
  places: CompiledSource["places"],
): Uint8Array {
  const head = customSection(MANIFEST_SECTION, new TextEncoder().encode(manifest));
  const named = keepFunctionNames(sections);
  return writeSections([head, ...named, placesSection(places, readFunctionNames(named))]);
}

/** Flags and the least size of the only memory. */
function readMemoryPages(body: Uint8Array): number {
  const reader = new ByteReader(body);
  reader.u32();
  reader.byte();
  return reader.u32();
}
