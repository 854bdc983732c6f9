import type { Frame } from "../../sandbox/profiling/frames.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";
import {
  readSourceTable,
  sourceOfFunction,
  sourceOfScript,
  SOURCES_SECTION,
  type SourceTable,
} from "../../sandbox/profiling/source-table.ts";
import { readCustomSection } from "../../wasm/inspect.ts";

/** The same profile with the places of functions in the author's files, if the module knows them. */
export function withSources(profile: FuelProfile, bytes: Uint8Array): FuelProfile {
  const table = readTable(bytes);
  if (table === undefined) return profile;
  return { ...profile, frames: profile.frames.map((frame) => locate(frame, table)) };
}

/** A module that has it twice says nothing. */
function readTable(bytes: Uint8Array): SourceTable | undefined {
  try {
    const section = readCustomSection(bytes, SOURCES_SECTION);
    return section && readSourceTable(section);
  } catch {
    return undefined;
  }
}

function locate(frame: Frame, table: SourceTable): Frame {
  const { kind, name, place } = frame;
  if (kind === "wasm") return { ...frame, place: sourceOfFunction(table, name) };
  if (kind !== "script" || place === undefined) return frame;
  return { ...frame, place: sourceOfScript(table, place) };
}
