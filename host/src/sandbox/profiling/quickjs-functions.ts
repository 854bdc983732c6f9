import type { ScriptFunction } from "./frames.ts";
import { BYTECODE, GENERATOR_STATE, OBJECT, TAG_OBJECT } from "./quickjs-layout.ts";
import { QuickJsMemory } from "./quickjs-memory.ts";

/** What `JS_CallInternal` is given. */
export interface ScriptCallee {
  readonly context: number;
  /** The two halves of a JSValue. */
  readonly address: number;
  readonly tag: number;
}

const ANONYMOUS = "<anonymous>";
/** What the engine makes of the fields of a class has neither name nor place. */
const FIELDS = "<fields>";

interface Known {
  readonly nameAtom: number;
  readonly line: number;
  readonly described: ScriptFunction;
}

/**
 * Reads from the memory of a module with QuickJS inside which function is being called. Nothing is
 * called or changed for it, so that the guest goes on as if nobody had looked. What does not look like
 * a function of the version that is known here is none.
 */
export class QuickJsFunctions {
  readonly #memory: QuickJsMemory;
  readonly #scripts = new Map<number, Known>();
  readonly #natives = new Map<string, ScriptFunction>();
  #count = 0;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = new QuickJsMemory(memory);
  }

  read({ context, address, tag }: ScriptCallee): ScriptFunction | undefined {
    const memory = this.#memory;
    const object = tag === TAG_OBJECT ? address : memory.word(address + GENERATOR_STATE.callee);
    const bytecode = memory.word(object + OBJECT.function);
    const isScript = memory.word(bytecode + BYTECODE.realm) === context && context !== 0;
    return isScript
      ? this.#readScript(context, object, bytecode)
      : this.#readNative(context, object);
  }

  #readScript(context: number, object: number, bytecode: number): ScriptFunction | undefined {
    const memory = this.#memory;
    const nameAtom = memory.word(bytecode + BYTECODE.name);
    const line = memory.word(bytecode + BYTECODE.line);
    const known = this.#scripts.get(bytecode);
    // Where one function was, another one may be later.
    if (known?.nameAtom === nameAtom && known.line === line) return known.described;
    const file = memory.atom(context, memory.word(bytecode + BYTECODE.file));
    if (file === undefined || file === "") return undefined;
    // Methods and arrow functions have no name in their code.
    const own = memory.atom(context, nameAtom) || memory.nameOf(context, object);
    const name = own || (line === 0 ? FIELDS : ANONYMOUS);
    const column = memory.word(bytecode + BYTECODE.column);
    const place = line === 0 ? undefined : { file, line, column };
    const described = { id: this.#count++, isNative: false, name, place };
    this.#scripts.set(bytecode, { nameAtom, line, described });
    return described;
  }

  #readNative(context: number, object: number): ScriptFunction | undefined {
    const name = this.#memory.nameOf(context, object);
    if (name === undefined) return undefined;
    const known = this.#natives.get(name);
    if (known !== undefined) return known;
    const described = {
      id: this.#count++,
      isNative: true,
      name: name || ANONYMOUS,
      place: undefined,
    };
    this.#natives.set(name, described);
    return described;
  }
}
