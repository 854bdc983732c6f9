import { compareFuel, compareSchemes } from "./metering/compare.ts";
import { buildKernels, ENGINE } from "./metering/kernels.ts";
import { INLINED, loadWasmMetering, OURS, PEERS, UNMETERED } from "./metering/schemes.ts";
import type { Measure } from "./support.ts";

const BENCH = "metering";

/**
 * What counting fuel costs: each kernel metered by us, beside itself unmetered and metered in the
 * ways of others. All of a kernel's variants must agree on the result first.
 */
export async function run(): Promise<readonly Measure[]> {
  const wasmMetering = await loadWasmMetering();
  const peers = [
    UNMETERED,
    INLINED,
    ...PEERS,
    ...(wasmMetering === undefined ? [] : [wasmMetering]),
  ];
  const measures: Measure[] = [];
  const kernels = await buildKernels();
  for (const kernel of kernels) {
    const what = { bench: BENCH, metric: kernel.name };
    measures.push(...(await compareSchemes(what, kernel, [OURS, ...peers])));
  }
  for (const { name } of peers) measures.push(...summarize(measures, name));
  const engine = kernels.find(({ name }) => name === ENGINE);
  if (engine !== undefined) {
    measures.push(await compareFuel({ bench: BENCH, metric: `${ENGINE}-fuel` }, engine));
  }
  return measures;
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
