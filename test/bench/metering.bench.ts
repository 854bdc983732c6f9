import { equal } from "node:assert/strict";
import { FUEL_EXPORT } from "../../host/src/wasm/reserved.ts";
import { buildKernels, ENGINE, type Kernel, type Runner } from "./metering/kernels.ts";
import {
  EXACT,
  loadWasmMetering,
  OURS,
  PEERS,
  UNMETERED,
  type Scheme,
} from "./metering/schemes.ts";
import { compare, type Measure } from "./support.ts";

const BENCH = "metering";

/**
 * What counting fuel costs: each kernel metered by us, beside itself unmetered and metered in the
 * ways of others. All of a kernel's variants must agree on the result first.
 */
export async function run(): Promise<readonly Measure[]> {
  const wasmMetering = await loadWasmMetering();
  const peers = wasmMetering === undefined ? PEERS : [...PEERS, wasmMetering];
  const measures: Measure[] = [];
  const kernels = await buildKernels();
  for (const kernel of kernels) {
    measures.push(...(await compareSchemes(kernel, [OURS, UNMETERED, ...peers])));
  }
  for (const { name } of [UNMETERED, ...peers]) measures.push(...summarize(measures, name));
  const engine = kernels.find(({ name }) => name === ENGINE);
  if (engine !== undefined) measures.push(await compareFuel(engine));
  return measures;
}

async function compareSchemes(kernel: Kernel, schemes: readonly Scheme[]): Promise<Measure[]> {
  const contenders = [];
  let expected: number | undefined;
  for (const scheme of schemes) {
    const runner = await start(kernel, scheme);
    if (runner === undefined) continue;
    expected ??= runner.run();
    equal(runner.run(), expected, `${kernel.name} under ${scheme.name}`);
    contenders.push({ name: scheme.name, repeat: (times: number) => repeat(runner, times) });
  }
  return compare({ bench: BENCH, metric: kernel.name }, contenders);
}

/** Undefined when the scheme cannot read the module: npm's metering knows the language of 2017. */
async function start(kernel: Kernel, scheme: Scheme): Promise<Runner | undefined> {
  let module: WebAssembly.Module;
  try {
    module = await WebAssembly.compile(scheme.prepare(kernel.bytes));
  } catch (error) {
    if (scheme === OURS || scheme === UNMETERED) throw error;
    return undefined;
  }
  return kernel.start(module, scheme.imports);
}

function repeat({ run: runOnce }: Runner, times: number): void {
  for (let time = 0; time < times; time++) runOnce();
}

/** Over the kernels that the other scheme can run at all. */
function summarize(measures: readonly Measure[], against: string): Measure[] {
  const ratios = measures
    .filter((measure) => measure.against === against)
    .map(({ ratio }) => ratio);
  const geomean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
  const row = (metric: string, value: number): Measure => {
    return { bench: BENCH, metric, value, unit: "x", against, ratio: value };
  };
  return [row("geomean", geomean), row("worst", Math.max(...ratios))];
}

/** How far the upper bound lies above the exact count. */
async function compareFuel(kernel: Kernel): Promise<Measure> {
  const [value, exact] = [await fuelOf(kernel, OURS), await fuelOf(kernel, EXACT)];
  const ratio = value / exact;
  return {
    bench: BENCH,
    metric: `${kernel.name}-fuel`,
    value,
    unit: "units",
    against: EXACT.name,
    ratio,
  };
}

async function fuelOf(kernel: Kernel, scheme: Scheme): Promise<number> {
  const { run: runOnce, exports } = await kernel.start(
    await WebAssembly.compile(scheme.prepare(kernel.bytes)),
    scheme.imports,
  );
  const fuel = exports[FUEL_EXPORT];
  if (!(fuel instanceof WebAssembly.Global)) throw new TypeError(`${scheme.name} has no fuel`);
  runOnce();
  const before = BigInt(String(fuel.value));
  runOnce();
  return Number(before - BigInt(String(fuel.value)));
}
