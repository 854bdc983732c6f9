import type * as assemblyscript from "assemblyscript";
import { customSection, type Section } from "../wasm/sections.ts";
import { SOURCES_SECTION } from "../sources-section.ts";
import { readable } from "./function-names.ts";

type Compiler = typeof assemblyscript;

/** Where a function stands. */
interface FunctionPlace {
  /** Relative to the folder of plugin.yaml. */
  readonly file: string;
  readonly line: number;
}

/** The compiled functions of sources that `isShown`, by the names that profiles and traps show. */
export function findFunctionPlaces(
  compiler: Compiler,
  program: assemblyscript.Program,
  isShown: (path: string) => boolean,
): ReadonlyMap<string, FunctionPlace> {
  const places = new Map<string, FunctionPlace>();
  for (const [name, element] of program.instancesByName) {
    if (!(element instanceof compiler.Function)) continue;
    const { source, start } = element.declaration.range;
    if (!isShown(source.normalizedPath)) continue;
    places.set(readable(name), { file: source.normalizedPath, line: source.lineAt(start) });
  }
  return places;
}

/** The custom section that says where the functions stand which are in the module. */
export function placesSection(
  places: ReadonlyMap<string, FunctionPlace>,
  names: ReadonlySet<string>,
): Section {
  const kept = [...places].filter(([name]) => names.has(name));
  const sources = [...new Set(kept.map(([, { file }]) => file))];
  const functions = Object.fromEntries(
    kept.map(([name, { file, line }]) => [name, `${sources.indexOf(file)},${line}`]),
  );
  const text = JSON.stringify({ sources, functions });
  return customSection(SOURCES_SECTION, new TextEncoder().encode(text));
}
