import { DEFAULT_POLICY, type RewritePolicy } from "../../host/src/wasm/policy.ts";
import { FUEL_EXPORT } from "../../host/src/wasm/reserved.ts";
import { rewriteModule } from "../../host/src/wasm/rewrite.ts";
import { wat } from "./wat.ts";

/** The default, for instances that run without a host that adds fuel. */
export const FUELLED: RewritePolicy = { ...DEFAULT_POLICY, initialFuel: 10_000_000n };

/** An instance behind the rewriter, and what a test wants of one. */
export class Metered {
  readonly exports: WebAssembly.Exports;
  readonly #entryFuel: ReadonlyMap<string, number>;

  constructor(
    source: string | Uint8Array,
    policy: RewritePolicy = FUELLED,
    imports: WebAssembly.Imports = {},
  ) {
    const bytes = typeof source === "string" ? wat(source) : source;
    const rewritten = rewriteModule(bytes, policy);
    this.#entryFuel = new Map(rewritten.report.entryFuel);
    const module = new WebAssembly.Module(rewritten.bytes);
    this.exports = new WebAssembly.Instance(module, imports).exports;
  }

  call(name: string, ...parameters: unknown[]): unknown {
    const callee = this.exports[name];
    if (typeof callee !== "function") throw new TypeError(`no function ${name}`);
    return Reflect.apply(callee, undefined, parameters);
  }

  get fuel(): number {
    return Number(this.#global.value);
  }

  set fuel(value: number) {
    this.#global.value = BigInt(value);
  }

  get #global(): WebAssembly.Global {
    const fuel = this.exports[FUEL_EXPORT];
    if (fuel instanceof WebAssembly.Global) return fuel;
    throw new TypeError("the module is not metered");
  }

  /** Fuel that one call takes, with what its caller pays in advance. */
  spend(name: string, ...parameters: unknown[]): number {
    const before = this.fuel;
    this.call(name, ...parameters);
    return before - this.fuel + (this.#entryFuel.get(name) ?? 0);
  }
}
