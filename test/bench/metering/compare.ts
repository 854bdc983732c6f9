import { equal } from "node:assert/strict";
import { compare, fastest, type Measure } from "../support.ts";
import { spend, type Kernel, type Runner } from "./kernels.ts";
import { EXACT, OURS, UNMETERED, type Scheme } from "./schemes.ts";

type What = Pick<Measure, "bench" | "metric">;

/** The first scheme's time against each of the others; all must agree on the result first. */
export async function compareSchemes(
  what: What,
  kernel: Kernel,
  schemes: readonly Scheme[],
): Promise<Measure[]> {
  const contenders = [];
  let expected: number | undefined;
  for (const scheme of schemes) {
    const runner = await start(kernel, scheme);
    if (runner === undefined) continue;
    expected ??= runner.run();
    equal(runner.run(), expected, `${kernel.name} under ${scheme.name}`);
    contenders.push({ name: scheme.name, repeat: (times: number) => repeat(runner, times) });
  }
  return compare(what, contenders, fastest);
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

/** How far the upper bound lies above the exact count. */
export async function compareFuel(what: What, kernel: Kernel): Promise<Measure> {
  const [value, exact] = [await fuelOf(kernel, OURS), await fuelOf(kernel, EXACT)];
  return { ...what, value, unit: "units", against: EXACT.name, ratio: value / exact };
}

async function fuelOf(kernel: Kernel, scheme: Scheme): Promise<number> {
  const module = await WebAssembly.compile(scheme.prepare(kernel.bytes));
  const runner = await kernel.start(module, scheme.imports);
  runner.run();
  return spend(runner);
}
