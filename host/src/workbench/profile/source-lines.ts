import { Buffer } from "node:buffer";
import { readCustomSection } from "../../wasm/inspect.ts";
import type { Frame, Place } from "../../sandbox/profiling/frames.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";

/** Where lines of the code in a plugin came from: `0,12` is line 12 of the first source. */
interface SourceLines {
  readonly sources: readonly string[];
  readonly lines: readonly string[];
}

/** Written by `@backworks/pdk/build`. */
const SOURCES_SECTION = "backworks:sources";

/** The file of an author's functions once they are bundled. */
const BUNDLE_FILE = "plugin.js";
/** What no source is named for came with the author's kit. */
const KIT: Place = { file: "@backworks/pdk", line: undefined, column: undefined };

/** The same profile with the places of functions in the author's files, if the module knows them. */
export function withSources(profile: FuelProfile, bytes: Uint8Array): FuelProfile {
  const table = readSourceLines(bytes);
  if (table === undefined) return profile;
  return { ...profile, frames: profile.frames.map((frame) => locate(frame, table)) };
}

/** What stands in the module may be anything: what is no table says nothing. */
function readSourceLines(bytes: Uint8Array): SourceLines | undefined {
  try {
    const section = readCustomSection(bytes, SOURCES_SECTION);
    if (section === undefined) return undefined;
    const table: unknown = JSON.parse(Buffer.from(section).toString("utf8"));
    return isTable(table) ? table : undefined;
  } catch {
    return undefined;
  }
}

function isTable(value: unknown): value is SourceLines {
  if (typeof value !== "object" || value === null) return false;
  return "sources" in value && isTexts(value.sources) && "lines" in value && isTexts(value.lines);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function locate(frame: Frame, table: SourceLines): Frame {
  const { kind, place } = frame;
  if (kind !== "script" || place?.file !== BUNDLE_FILE) return frame;
  return { ...frame, place: originalPlace(table, place) ?? KIT };
}

function originalPlace({ sources, lines }: SourceLines, { line = 0 }: Place): Place | undefined {
  const [source = "", original] = (lines[line - 1] ?? "").split(",");
  const file = source === "" ? undefined : sources[Number(source)];
  return file === undefined ? undefined : { file, line: Number(original), column: undefined };
}
