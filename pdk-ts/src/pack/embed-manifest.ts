import { MANIFEST_SECTION } from "../build/snapshot.ts";
import { customSection, readSections, writeSections } from "../build/wasm/sections.ts";

/** The module with a manifest in it, as JSON, so that one file is the whole plugin. */
export function embedManifest(module: Uint8Array, manifest: unknown): Uint8Array {
  const content = new TextEncoder().encode(JSON.stringify(manifest));
  // In front, where a reader of the file finds it first.
  return writeSections([customSection(MANIFEST_SECTION, content), ...readSections(module)]);
}
