import { Buffer } from "node:buffer";
import type { Place } from "./frames.ts";
import { QuickJsFunctions } from "./quickjs-functions.ts";
import { FRAME, LAYOUT, TAG_OBJECT } from "./quickjs-layout.ts";
import { lineAt } from "./quickjs-lines.ts";
import { QuickJsMemory } from "./quickjs-memory.ts";

/** Where an engine keeps what is read of it, as addresses in the module's memory. */
export interface EngineAddresses {
  readonly context: number;
  /** Of the cell that points to the frame of the function that runs. */
  readonly frame: number;
}

/** Written by `@backworks/pdk/build`. */
export const ENGINE_SECTION = "backworks:engine";

const SECTION_BYTES_MAX = 1024;

/** Above an author's function may stand built-ins and what the kit adds, which is less. */
const FRAMES_MAX = 32;

/** `{"layout": "quickjs-ng-0.17-wasm32", "context": 1205392, "frame": 1168100}`: anything else says nothing. */
export function readEngineAddresses(section: Uint8Array): EngineAddresses | undefined {
  if (section.length > SECTION_BYTES_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(section).toString("utf8"));
    if (typeof value !== "object" || value === null || !("layout" in value)) return undefined;
    if (value.layout !== LAYOUT || !("context" in value) || !("frame" in value)) return undefined;
    const { context, frame } = value;
    return isAddress(context) && isAddress(frame) ? { context, frame } : undefined;
  } catch {
    return undefined;
  }
}

function isAddress(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) < 2 ** 32;
}

/** A function of JavaScript that is being run. */
interface StackEntry {
  readonly name: string;
  /** Where it begins. */
  readonly place: Place;
  /** Of its last call, or of what else could throw, if that is known. */
  readonly line: number | undefined;
}

/**
 * The functions that QuickJS is in, the innermost first, without built-ins. A guest may have written
 * anything there: nothing is believed, and what is read is bounded.
 */
export function readStack(
  memory: WebAssembly.Memory,
  { context, frame: cell }: EngineAddresses,
): StackEntry[] {
  const words = new QuickJsMemory(memory);
  const functions = new QuickJsFunctions(memory);
  const stack: StackEntry[] = [];
  let frame = words.word(cell);
  for (let depth = 0; depth < FRAMES_MAX && frame !== 0; depth++) {
    const address = words.word(frame + FRAME.callee);
    const tag = words.word(frame + FRAME.calleeTag) | 0;
    const called = tag === TAG_OBJECT ? functions.read({ context, address, tag }) : undefined;
    if (called?.place !== undefined) {
      const line = lineAt(words, address, words.word(frame + FRAME.counter));
      stack.push({ name: called.name, place: called.place, line });
    }
    frame = words.word(frame + FRAME.caller);
  }
  return stack;
}
