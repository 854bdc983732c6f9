import { EngineInstance } from "./engine-instance.ts";

/**
 * The custom section by which a host that has ended a call finds the function that was running:
 * `{"layout": "quickjs-ng-0.17-wasm32", "context": 1205392, "frame": 1168100}`, addresses of the
 * engine's JSContext and of the cell that points to the innermost JSStackFrame. It is optional, and
 * `layout` names the structures that lie there; who does not know them reads nothing.
 */
export const ENGINE_SECTION = "backworks:engine";

/** What the section says. */
export interface EngineAddresses {
  readonly layout: string;
  readonly context: number;
  readonly frame: number;
}

const LAYOUT = "quickjs-ng-0.17-wasm32";

/** Offsets in the structures of QuickJS-NG 0.17 on wasm32 (quickjs.c). */
const CONTEXT = { runtime: 8 } as const;
const RUNTIME = { atoms: 568, frame: 660 } as const;
const FRAME = { caller: 0, callee: 8, counter: 28 } as const;
const OBJECT = { function: 24 } as const;
const BYTECODE = { code: 12, codeLength: 16, name: 20, realm: 48, line: 60 } as const;
const STRING_TEXT = 24;

/** Reading the clock is the plainest way from a script to the host. */
const PROBE_NAME = "backworksProbe";
const PROBE = `(function ${PROBE_NAME}() { Date.now(); })();`;

const MEMORY_BYTES = 1024 * 1024;
const STACK_BYTES = 64 * 1024;

/**
 * Where this engine has what the section names: the same in every instance, since nothing moves that
 * was made when it started. The offsets are tried out: a function of ours calls the host, and must be
 * what is found to be running. Undefined when it is not, as with another version of QuickJS.
 */
export function locateEngine(module: WebAssembly.Module): EngineAddresses | undefined {
  const instance = new EngineInstance(module, MEMORY_BYTES, STACK_BYTES);
  let found: EngineAddresses | undefined;
  instance.kernel.onClock = () => {
    const words = new DataView(instance.memory.buffer);
    // The glue keeps the context in one of the globals.
    const context = instance.globals.find((address) => isContext(words, address));
    if (context === undefined) return;
    const frame = wordAt(words, context + CONTEXT.runtime) + RUNTIME.frame;
    found = { layout: LAYOUT, context, frame };
  };
  instance.run(PROBE, "backworks");
  return found;
}

/** The probe is what called the built-in that is running. */
function isContext(words: DataView, context: number): boolean {
  const runtime = wordAt(words, context + CONTEXT.runtime);
  const builtIn = wordAt(words, runtime + RUNTIME.frame);
  const frame = wordAt(words, builtIn + FRAME.caller);
  const bytecode = wordAt(words, wordAt(words, frame + FRAME.callee) + OBJECT.function);
  const atom = wordAt(words, bytecode + BYTECODE.name);
  const name = wordAt(words, wordAt(words, runtime + RUNTIME.atoms) + atom * 4);
  const reached = wordAt(words, frame + FRAME.counter) - wordAt(words, bytecode + BYTECODE.code);
  return (
    wordAt(words, bytecode + BYTECODE.realm) === context &&
    wordAt(words, bytecode + BYTECODE.line) === 1 &&
    textAt(words, name + STRING_TEXT, PROBE_NAME.length) === PROBE_NAME &&
    reached > 0 &&
    reached <= wordAt(words, bytecode + BYTECODE.codeLength)
  );
}

/** Outside of the memory, all words are 0. */
function wordAt(words: DataView, address: number): number {
  return address + 4 <= words.byteLength ? words.getUint32(address, true) : 0;
}

function textAt(words: DataView, address: number, length: number): string {
  if (address + length > words.byteLength) return "";
  return new TextDecoder("latin1").decode(new Uint8Array(words.buffer, address, length));
}
