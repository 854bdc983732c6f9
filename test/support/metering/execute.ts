import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { EXHAUSTED_EXPORT, FUEL_EXPORT } from "../../../host/src/wasm/reserved.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { wat } from "../wat.ts";
import { digest } from "./machine.ts";
import type { Verdict } from "./oracle.ts";
import { printProgram } from "./print-program.ts";
import type { Program } from "./program.ts";

/** What a metered program did, in the words of the oracle; `spent` includes refills. */
export interface Execution extends Omit<Verdict, "outcome"> {
  readonly outcome: Verdict["outcome"] | "out of fuel";
}

export interface Prepared {
  readonly module: WebAssembly.Module;
  readonly bytes: number;
  /** What the caller of `run` pays in advance. */
  readonly entryFuel: number;
}

export interface Fuel {
  readonly limit: number;
  /** Added each time it has run out; without it the program stops. */
  readonly refill?: number;
}

export function prepare(program: Program, accounting: "bounded" | "exact"): Prepared {
  const source = wat(printProgram(program));
  const { bytes, report } = rewriteModule(source, { ...DEFAULT_POLICY, accounting });
  const entryFuel = new Map(report.entryFuel).get("run") ?? 0;
  return { module: new WebAssembly.Module(bytes), bytes: source.length, entryFuel };
}

/** Calls `run` of a program on V8. */
export function execute({ module, entryFuel }: Prepared, argument: number, fuel: Fuel): Execution {
  const { exports } = new WebAssembly.Instance(module);
  const { [FUEL_EXPORT]: left, [EXHAUSTED_EXPORT]: slot, run, state, memory } = exports;
  if (!(left instanceof WebAssembly.Global) || !(slot instanceof WebAssembly.Table)) {
    throw new TypeError("the module is not metered");
  }
  let given = BigInt(fuel.limit);
  left.value = given - BigInt(entryFuel);
  if (fuel.refill !== undefined) {
    const refill = BigInt(fuel.refill);
    const add = (): void => {
      given += refill;
      left.value = read(left) + refill;
    };
    slot.set(0, asWasm(add));
  }
  const end = call(run, argument);
  const rest = read(left);
  const isOut = end.outcome === "trapped" && rest < 0n && fuel.refill === undefined;
  return {
    outcome: isOut ? "out of fuel" : end.outcome,
    result: end.result,
    state: state instanceof WebAssembly.Global ? Number(state.value) : 0,
    memory: memory instanceof WebAssembly.Memory ? digest(new Uint8Array(memory.buffer)) : "",
    spent: Number(given - rest),
  };
}

function read(global: WebAssembly.Global): bigint {
  return BigInt(String(global.value));
}

function call(run: unknown, argument: number): Pick<Verdict, "outcome" | "result"> {
  if (typeof run !== "function") throw new TypeError("the program has no function run");
  try {
    return { outcome: "returned", result: Number(Reflect.apply(run, undefined, [argument])) };
  } catch (error) {
    if (error instanceof WebAssembly.Exception) return { outcome: "threw", result: undefined };
    // Recursion may meet the end of the stack before the end of its fuel.
    const isTrap = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    if (isTrap) return { outcome: "trapped", result: undefined };
    throw error;
  }
}

const relay = new WebAssembly.Module(
  wat(`(module (import "host" "call" (func $call)) (func (export "call") call $call))`),
);

/** Tables take only functions that come out of a module. */
function asWasm(host: () => void): unknown {
  return new WebAssembly.Instance(relay, { host: { call: host } }).exports["call"];
}
