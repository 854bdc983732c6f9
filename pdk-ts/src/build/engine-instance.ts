import { BuildKernel } from "./build-kernel.ts";

/** Exports of engine.wasm that only the build uses (engine/glue/build-api.ts). */
interface EngineExports {
  readonly memory: WebAssembly.Memory;
  readonly engine_init: () => number;
  readonly engine_limit: (memoryBytes: number, stackBytes: number) => void;
  readonly engine_malloc: (bytes: number) => number;
  readonly engine_free: (block: number, bytes: number) => void;
  readonly engine_install_native: (name: number) => void;
  readonly engine_eval: (source: number, length: number, file: number) => number;
  readonly engine_eval_text: (source: number, length: number, file: number) => number;
  readonly engine_free_text: (text: number) => void;
  readonly engine_take_exception: (name: number) => void;
  readonly engine_bind_hook: (slot: number, object: number, name: number) => void;
  readonly engine_bind_print_thrown: (object: number, name: number) => void;
  readonly engine_freeze: (gcBytes: number) => void;
}

/** A thrown JavaScript value, as the engine describes it. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
}

const THROWN_GLOBAL = "__backworks_thrown";
const DESCRIBE_THROWN = `(() => {
  const thrown = globalThis.${THROWN_GLOBAL};
  delete globalThis.${THROWN_GLOBAL};
  const isError = thrown instanceof Error;
  return JSON.stringify({
    name: isError ? String(thrown.name) : "Thrown",
    message: isError ? String(thrown.message) : String(thrown),
    stack: isError ? String(thrown.stack) : "",
  });
})()`;

/** An engine that is being filled with a plugin. */
export class EngineInstance {
  readonly kernel: BuildKernel = new BuildKernel();
  readonly #exports: EngineExports;
  readonly #instance: WebAssembly.Instance;

  /** `memoryBytes` and `stackBytes` are what JavaScript may take, now and in the plugin's life. */
  constructor(module: WebAssembly.Module, memoryBytes: number, stackBytes: number) {
    this.#instance = new WebAssembly.Instance(module, this.kernel.imports);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine is ours, by its hash
    this.#exports = this.#instance.exports as unknown as EngineExports;
    this.kernel.attach(this.#exports.memory, () => this.#trace());
    if (this.#exports.engine_init() !== 0) throw new Error("the engine does not start");
    this.#exports.engine_limit(memoryBytes, stackBytes);
  }

  get memory(): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer);
  }

  /** Value of the mutable global that the engine exports as `global.INDEX`. */
  global(index: number): number | bigint {
    const global = this.#instance.exports[`global.${index}`];
    if (!(global instanceof WebAssembly.Global))
      throw new Error(`the engine hides global ${index}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the engine has integer globals alone
    return global.value as number | bigint;
  }

  /** Values of the globals of 32 bits that can change. */
  get globals(): number[] {
    return Object.values(this.#instance.exports).flatMap((exported) => {
      if (!(exported instanceof WebAssembly.Global)) return [];
      const value: unknown = exported.value;
      return typeof value === "number" ? [value >>> 0] : [];
    });
  }

  installNative(name: string): void {
    this.#withText(name, (at) => this.#exports.engine_install_native(at));
  }

  /** Runs a script; answers what it threw. */
  run(source: string, file: string): Thrown | undefined {
    const failed = this.#withText(file, (fileAt) =>
      this.#withText(source, (at, length) => this.#exports.engine_eval(at, length, fileAt)),
    );
    if (failed === 0) return undefined;
    this.#withText(THROWN_GLOBAL, (at) => this.#exports.engine_take_exception(at));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed above
    return JSON.parse(this.evaluate(DESCRIBE_THROWN)) as Thrown;
  }

  /** The value of an expression of ours, as text. */
  evaluate(expression: string): string {
    const text = this.#withText("backworks", (fileAt) =>
      this.#withText(expression, (at, length) =>
        this.#exports.engine_eval_text(at, length, fileAt),
      ),
    );
    if (text === 0) throw new Error(`the engine cannot evaluate ${expression}`);
    const memory = this.memory;
    const value = new TextDecoder().decode(memory.subarray(text, memory.indexOf(0, text)));
    this.#exports.engine_free_text(text);
    return value;
  }

  /** What the hook of a slot calls: the property `name` of the global `object`. */
  bindHook(slot: number, object: string, name: string): void {
    this.#withText(object, (objectAt) =>
      this.#withText(name, (at) => this.#exports.engine_bind_hook(slot, objectAt, at)),
    );
  }

  bindPrintThrown(object: string, name: string): void {
    this.#withText(object, (objectAt) =>
      this.#withText(name, (at) => this.#exports.engine_bind_print_thrown(objectAt, at)),
    );
  }

  freeze(gcBytes: number): void {
    this.#exports.engine_freeze(gcBytes);
  }

  /** Frames of the code that runs; "" when that code has put something else in the place of Error. */
  #trace(): string {
    try {
      return this.evaluate("new Error().stack");
    } catch {
      return "";
    }
  }

  /** Lends the engine a text that ends in NUL, which does not count into `length`. */
  #withText<T>(text: string, use: (at: number, length: number) => T): T {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const at = this.#exports.engine_malloc(bytes.length);
    this.memory.set(bytes, at);
    const result = use(at, bytes.length - 1);
    this.#exports.engine_free(at, bytes.length);
    return result;
  }
}
