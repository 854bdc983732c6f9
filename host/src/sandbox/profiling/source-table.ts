import { Buffer } from "node:buffer";
import type { Place } from "./frames.ts";

/** Where the code in a plugin came from: `0,12` is line 12 of the first source. */
export interface SourceTable {
  readonly sources: readonly string[];
  /** By line of the bundle. */
  readonly lines: readonly string[];
  /** By name of the function. */
  readonly functions: ReadonlyMap<string, string>;
}

/** Written by `@backworks/pdk/build`. */
export const SOURCES_SECTION = "backworks:sources";

/** The file of an author's functions once they are bundled. */
const BUNDLE_FILE = "plugin.js";
/** What no source is named for came with the author's kit. */
const KIT: Place = { file: "@backworks/pdk", line: undefined, column: undefined };

/** What stands in the module may be anything: what is no table says nothing. */
export function readSourceTable(section: Uint8Array): SourceTable | undefined {
  try {
    return toTable(JSON.parse(Buffer.from(section).toString("utf8")));
  } catch {
    return undefined;
  }
}

/** The place in the author's files of one in the bundle; any other stays what it is. */
export function sourceOfScript(table: SourceTable, place: Place): Place {
  if (place.file !== BUNDLE_FILE) return place;
  return authorsPlace(table, place.file, place.line) ?? KIT;
}

/** Undefined for what is not in the bundle, and for what the kit has added to it. */
export function authorsPlace(
  table: SourceTable,
  file: string,
  line: number | undefined,
): Place | undefined {
  return file === BUNDLE_FILE ? placeOf(table, table.lines[(line ?? 0) - 1]) : undefined;
}

/** Where a function of the module itself stands. */
export function sourceOfFunction(table: SourceTable, name: string): Place | undefined {
  return placeOf(table, table.functions.get(name));
}

function toTable(value: unknown): SourceTable | undefined {
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

function placeOf({ sources }: SourceTable, text: string = ""): Place | undefined {
  const [source = "", number] = text.split(",");
  const file = source === "" ? undefined : sources[Number(source)];
  if (file === undefined) return undefined;
  const line = Number(number);
  return { file, line: Number.isSafeInteger(line) ? line : undefined, column: undefined };
}
