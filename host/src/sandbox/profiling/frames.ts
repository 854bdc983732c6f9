import type { ProfiledModule } from "../../wasm/profile/profile-module.ts";

/** A function as a profile shows it. */
export interface Frame {
  /**
   * `wasm`: of the module. `script`: of the author, run by an engine in the module. `native`: of that
   * engine, called by name. `host`: of the host.
   */
  readonly kind: "wasm" | "script" | "native" | "host";
  /** From the module or its memory: may hold anything. */
  readonly name: string;
  readonly place: Place | undefined;
}

/** Both count from 1. */
export interface Place {
  readonly file: string;
  /** Undefined when only the file is known. */
  readonly line: number | undefined;
  readonly column: number | undefined;
}

/** A function that an engine runs. */
export interface ScriptFunction {
  /** The same for the same function. */
  readonly id: number;
  readonly isNative: boolean;
  readonly name: string;
  readonly place: Place | undefined;
}

/** Numbers the functions of a profile in the order in which they are met. */
export class FrameTable {
  readonly #module: ProfiledModule;
  readonly #frames: Frame[] = [];
  readonly #wasm = new Map<number, number>();
  readonly #scripts = new Map<number, number>();
  readonly #host = new Map<string, number>();

  constructor(module: ProfiledModule) {
    this.#module = module;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  wasm(functionIndex: number): number {
    return this.#number(this.#wasm, functionIndex, () => {
      const known = this.#module.functions.get(functionIndex);
      const name = known?.exports[0] ?? known?.name ?? `wasm-function[${functionIndex}]`;
      return { kind: "wasm", name, place: undefined };
    });
  }

  script({ id, isNative, name, place }: ScriptFunction): number {
    const kind = isNative ? "native" : "script";
    return this.#number(this.#scripts, id, () => ({ kind, name, place }));
  }

  host(name: string): number {
    return this.#number(this.#host, name, () => ({ kind: "host", name, place: undefined }));
  }

  #number<Key>(numbers: Map<Key, number>, key: Key, describe: () => Frame): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, this.#frames.push(describe()) - 1);
    return this.#frames.length - 1;
  }
}
