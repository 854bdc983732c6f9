import { assemble } from "../../../host/src/wasm/assemble.ts";
import { findSection, openSection } from "../../../host/src/wasm/binary/module.ts";
import type { MeteredCode } from "../../../host/src/wasm/metered-code.ts";
import { indexModule, type ModuleIndex } from "../../../host/src/wasm/module-index.ts";
import type { RewritePolicy } from "../../../host/src/wasm/policy.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { meterBlocks } from "./block-meter.ts";
import { WASMER_LIKE, WASMTIME_LIKE } from "./block-schemes.ts";

/** One way to count what a module does. */
export interface Scheme {
  readonly name: string;
  readonly prepare: (bytes: Uint8Array) => Uint8Array;
  readonly imports: WebAssembly.Imports;
}

/** The kernels may have more memory than plugins, and run without a host that adds fuel. */
const KERNEL_POLICY: RewritePolicy = {
  ...DEFAULT_POLICY,
  limits: { ...DEFAULT_POLICY.limits, memoryPagesMax: 65_536 },
  initialFuel: 1n << 62n,
};

export const OURS: Scheme = scheme(
  "backworks",
  (bytes) => rewriteModule(bytes, KERNEL_POLICY).bytes,
);

export const EXACT: Scheme = scheme("exact", (bytes) => {
  return rewriteModule(bytes, { ...KERNEL_POLICY, accounting: "exact" }).bytes;
});

export const UNMETERED: Scheme = scheme("unmetered", (bytes) => bytes);

/** What V8 would make of the module if it inlined in it as it does in ours (small-functions.ts). */
export const INLINED: Scheme = scheme("unmetered-inlined", (bytes) => {
  const index = indexModule(bytes);
  return assemble(index, keepCode(index), KERNEL_POLICY);
});

export const PEERS: readonly Scheme[] = [
  scheme("wasmtime-like", (bytes) => meterBlocks(bytes, WASMTIME_LIKE)),
  scheme("wasmer-like", (bytes) => meterBlocks(bytes, WASMER_LIKE)),
];

/** The package that calls a host function for every block; undefined when it is not installed. */
export async function loadWasmMetering(): Promise<Scheme | undefined> {
  let loaded: unknown;
  try {
    const name: string = "wasm-metering";
    loaded = await import(name);
  } catch {
    return undefined;
  }
  if (!hasMeterWasm(loaded)) return undefined;
  const { meterWASM } = loaded.default;
  let used = 0n;
  const useGas = (amount: number | bigint): void => {
    used += BigInt(amount);
  };
  return {
    name: "wasm-metering",
    prepare: (bytes) => Uint8Array.from(meterWASM(Buffer.from(bytes), { meterType: "i32" })),
    imports: { metering: { usegas: useGas } },
  };
}

/** The code of a module as if metering had found nothing to count. */
function keepCode(index: ModuleIndex): MeteredCode {
  const section = findSection(index, "code");
  const reader = section && openSection(index, section);
  reader?.count();
  return {
    bodies: reader === undefined ? new Uint8Array(0) : reader.take(reader.left),
    hints: [],
    features: new Set(),
    prices: new Int32Array(0),
    closedFunctions: 0,
    charges: 0,
    checks: 0,
    regions: 0,
    compileWork: 0,
  };
}

interface WasmMetering {
  readonly default: {
    readonly meterWASM: (bytes: Buffer, options: { meterType: string }) => Uint8Array;
  };
}

function hasMeterWasm(loaded: unknown): loaded is WasmMetering {
  return typeof loaded === "object" && loaded !== null && "default" in loaded;
}

function scheme(name: string, prepare: Scheme["prepare"]): Scheme {
  return { name, prepare, imports: {} };
}
