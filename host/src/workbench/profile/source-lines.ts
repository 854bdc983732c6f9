import { Buffer } from "node:buffer";
import { readCustomSection } from "../../wasm/inspect.ts";
import type { Frame, Place } from "../../sandbox/profiling/frames.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";

/** Where the code in a plugin came from: `0,12` is line 12 of the first source. */
interface SourceLines {
  readonly sources: readonly string[];
  /** By line of the bundle. */
  readonly lines: readonly string[];
  /** By name of the function. */
  readonly functions: ReadonlyMap<string, string>;
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
    return toTable(JSON.parse(Buffer.from(section).toString("utf8")));
  } catch {
    return undefined;
  }
}

function toTable(value: unknown): SourceLines | undefined {
  if (typeof value !== "object" || value === null || !("sources" in value)) return undefined;
  const { sources } = value;
  const lines = "lines" in value ? value.lines : [];
  const functions = "functions" in value ? value.functions : {};
  if (!isTexts(sources) || !isTexts(lines)) return undefined;
  if (typeof functions !== "object" || functions === null) return undefined;
  const named = Object.entries(functions).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return { sources, lines, functions: new Map(named) };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function locate(frame: Frame, { sources, lines, functions }: SourceLines): Frame {
  const { kind, name, place } = frame;
  if (kind === "wasm") return { ...frame, place: placeOf(sources, functions.get(name)) };
  if (kind !== "script" || place?.file !== BUNDLE_FILE) return frame;
  return { ...frame, place: placeOf(sources, lines[(place.line ?? 0) - 1]) ?? KIT };
}

function placeOf(sources: readonly string[], text: string = ""): Place | undefined {
  const [source = "", line] = text.split(",");
  const file = source === "" ? undefined : sources[Number(source)];
  return file === undefined ? undefined : { file, line: Number(line), column: undefined };
}
