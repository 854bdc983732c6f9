import type { Kernel } from "../abi/kernel.ts";
import { EXTISM_NAMESPACE, WASI_NAMESPACE } from "../abi/v1.ts";
import { assert } from "../lib/assert.ts";
import type { ServiceBinding } from "./capabilities/binding.ts";
import type { ModuleImport } from "./compile.ts";
import { createExtismFunctions, isGuestFunction, type GuestFunction } from "./extism-functions.ts";
import type { GuestLog } from "./guest-log.ts";
import type { HostCalls } from "./host-calls.ts";
import type { GuestImports } from "./link.ts";
import { linkedNamespace } from "./sdk-names.ts";
import type { Variables } from "./variables.ts";
import type { WasiFunctions } from "./wasi-functions.ts";

export interface ImportSources {
  readonly kernel: Kernel;
  readonly config: ReadonlyMap<string, string>;
  readonly variables: Variables;
  readonly log: GuestLog;
  /** Most modules import none of it. */
  readonly wasi: WasiFunctions | undefined;
  /** Functions that need a right; they go before those that every guest has. */
  readonly binding: ServiceBinding | undefined;
}

/** Exactly what a module imports: nothing else is within its reach. */
export function createImports(
  wanted: readonly ModuleImport[],
  sources: ImportSources,
  hostCalls: HostCalls,
): GuestImports {
  const { kernel, wasi, binding } = sources;
  const bound = binding?.functions ?? {};
  const known: Readonly<Record<string, object | undefined>> = {
    ...bound,
    [EXTISM_NAMESPACE]: { ...createExtismFunctions(sources), ...bound[EXTISM_NAMESPACE] },
    [WASI_NAMESPACE]: wasi?.functions,
  };
  const imports: Record<
    string,
    Record<string, GuestFunction | WebAssembly.Suspending>
  > = Object.create(null);
  for (const { namespace, name, isAsync } of wanted) {
    const target = (imports[linkedNamespace(namespace)] ??= Object.create(null));
    // Functions of the kernel stay what they are: calls from wasm to wasm.
    const linked = namespace === EXTISM_NAMESPACE ? ownOf(kernel.functions, name) : undefined;
    if (isGuestFunction(linked)) {
      target[name] = linked;
      continue;
    }
    const found = ownOf(known[namespace] ?? {}, name);
    assert(isGuestFunction(found), `import ${namespace} ${name} is in the table of ABI 1`);
    const price = hostCallFuel(name);
    target[name] = isAsync
      ? hostCalls.waiting(found, name, price)
      : hostCalls.guarded(found, name, price);
  }
  return imports;
}

/** Leaving wasm and coming back, with what little most functions do besides copying. */
const CALL_FUEL = 300;
/** Asking the system for random bytes, or a fault instead of an answer: an error with its stack. */
const SERVICE_FUEL = 3000;
/** A statement on a database in memory, or on disk without waiting for it. */
const KV_FUEL = 30_000;
/** Preparing and reading a message takes this much of the event loop, waiting takes none. */
const NETWORK_FUEL = 150_000;

/** What calling a host function costs before any byte is copied. */
export function hostCallFuel(name: string): number {
  if (name.startsWith("bw_kv_")) return KV_FUEL;
  if (/^(http_request|bw_(http|sql|tcp|plugin|event)_)/.test(name)) return NETWORK_FUEL;
  return /^(random_get$|bw_(secret|metric|random)_)/.test(name) ? SERVICE_FUEL : CALL_FUEL;
}

function ownOf(functions: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(functions, name)?.value;
}
