import { escapeText } from "../lib/escape.ts";
import type { Redact } from "./capabilities/redactor.ts";
import type { CompiledModule } from "./compile.ts";
import type { Place } from "./profiling/frames.ts";
import {
  ENGINE_SECTION,
  readEngineAddresses,
  readStack,
  type EngineAddresses,
} from "./profiling/quickjs-stack.ts";
import {
  authorsPlace,
  readSourceTable,
  sourceOfFunction,
  sourceOfScript,
  SOURCES_SECTION,
  type SourceTable,
} from "./profiling/source-table.ts";

/** Where a guest was when its call ended, as errors tell it: all texts are escaped. */
export interface Stop {
  readonly function: string;
  readonly file?: string;
  readonly line?: number;
}

interface StoppedGuest {
  readonly module: WebAssembly.Module;
  /** Left as it was when the call ended. */
  readonly memory: WebAssembly.Memory | undefined;
  readonly redact: Redact | undefined;
}

/** The rewriter's name for the function that metered code calls without fuel (wasm/assemble.ts). */
const EXHAUSTED_FRAME = "backworks.out_of_fuel";

const NAME_LENGTH_MAX = 100;
const FILE_LENGTH_MAX = 200;

/** A larger table takes longer to read than a failed call should. */
const TABLE_BYTES_MAX = 1024 * 1024;

interface TrappedFunction {
  readonly name: string;
  readonly address: string;
}

/**
 * Of a trap's stack: the helper of slices.ts, the one above, and the guest's own. Every frame more is
 * paid for by each trap of a storm, and an engine's would name nothing that an author knows.
 */
const TRAP_FRAMES = 3;
/** Where places are named: behind the allocator, and a few functions of the language's library. */
const PLACED_TRAP_FRAMES = 10;

/** What a module says of itself for the sake of errors. */
interface Legend {
  readonly engine: EngineAddresses | undefined;
  readonly table: SourceTable | undefined;
}

/** Read when the first call of a module fails, from the copy of it that V8 keeps anyway. */
const legends = new WeakMap<WebAssembly.Module, Legend>();

/** How many frames of a trap tell where it was. */
export function framesOf({ namesPlaces }: Pick<CompiledModule, "namesPlaces">): number {
  return namesPlaces ? PLACED_TRAP_FRAMES : TRAP_FRAMES;
}

/**
 * The author's function that ran when a call ended: by the engine in the module, if that is one whose
 * stack can be read, and otherwise by the trap.
 */
export function findStop(
  { module, memory, redact }: StoppedGuest,
  thrown: unknown,
): Stop | undefined {
  const { engine, table } = legendOf(module);
  if (engine !== undefined && memory !== undefined) {
    const stop = findScript(memory, engine, table);
    // A guest may make names while it runs, of what it must not tell.
    if (stop !== undefined) return describe(redact?.(stop.name) ?? stop.name, stop.place);
  }
  const trapped = trappedFunctions(thrown);
  for (const { name } of trapped) {
    const place = table && sourceOfFunction(table, name);
    if (place !== undefined) return describe(name, place);
  }
  const [innermost] = trapped;
  if (innermost === undefined) return undefined;
  const { name, address } = innermost;
  if (name === "") return { function: address };
  return { function: `${escapeText(name, NAME_LENGTH_MAX)} (${address})` };
}

/** ` in parseTaf (src/taf.ts:42)`, to be put behind what happened. */
export function printStop(stop: Stop | undefined): string {
  if (stop === undefined) return "";
  const { function: name, file, line } = stop;
  const place = line === undefined ? file : `${file}:${line}`;
  return place === undefined ? ` in ${name}` : ` in ${name} (${place})`;
}

/** The innermost function of the author's; without a table of sources the innermost of all. */
function findScript(
  memory: WebAssembly.Memory,
  engine: EngineAddresses,
  table: SourceTable | undefined,
): { readonly name: string; readonly place: Place } | undefined {
  const stack = readStack(memory, engine);
  const [innermost] = stack;
  if (innermost === undefined) return undefined;
  const { name, place, line = place.line } = innermost;
  if (table === undefined) return { name, place: { ...place, line } };
  for (const { name: own, place: start, line: reached } of stack) {
    const { file } = start;
    const found = authorsPlace(table, file, reached) ?? authorsPlace(table, file, start.line);
    if (found !== undefined) return { name: own, place: found };
  }
  return { name, place: sourceOfScript(table, place) };
}

function describe(name: string, { file, line }: Place): Stop {
  return {
    function: escapeText(name, NAME_LENGTH_MAX),
    file: escapeText(file, FILE_LENGTH_MAX),
    ...(line !== undefined && { line }),
  };
}

function legendOf(module: WebAssembly.Module): Legend {
  const known = legends.get(module);
  if (known !== undefined) return known;
  const engine = sectionOf(module, ENGINE_SECTION);
  const table = sectionOf(module, SOURCES_SECTION);
  const legend = {
    engine: engine && readEngineAddresses(engine),
    table: table && readSourceTable(table),
  };
  legends.set(module, legend);
  return legend;
}

/** Undefined also when there are two of that name. */
function sectionOf(module: WebAssembly.Module, name: string): Uint8Array | undefined {
  const [first, second] = WebAssembly.Module.customSections(module, name);
  if (first === undefined || second !== undefined) return undefined;
  return first.byteLength > TABLE_BYTES_MAX ? undefined : new Uint8Array(first);
}

/**
 * The functions that a trap went through, the innermost first, from the stack:
 * `at NAME (wasm://…:wasm-function[3]:0x1a)`. The index is the original's, the offset is not. The name
 * comes from the module and may hold anything, line feeds too: a line that is no frame belongs to the
 * name before it.
 */
function trappedFunctions(thrown: unknown): readonly TrappedFunction[] {
  if (!(thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError)) return [];
  const frames = (thrown.stack ?? "").split("\n    at ").slice(1);
  const exhausted = frames.findIndex((frame) => frame.startsWith(`${EXHAUSTED_FRAME} (`));
  const functions: TrappedFunction[] = [];
  for (const frame of frames.slice(exhausted + 1)) {
    const [, address] = /(wasm-function\[\d+\]):0x[0-9a-f]+\)?$/.exec(frame) ?? [];
    // The guest ends where the host begins.
    if (address === undefined) break;
    const name = frame.slice(0, Math.max(0, frame.lastIndexOf(" (wasm://")));
    functions.push({ name, address });
  }
  return functions;
}
