/** Runs metered kernels as this process's V8 flags have it, and sends the fuel that each run took. */
import { openKernel, spend } from "../../bench/metering/kernels.ts";

/** Metered modules by the name of their kernel. */
export type MeteredKernels = readonly (readonly [name: string, bytes: Uint8Array])[];

/** Enough for V8's compilers to take turns within a kernel, if they are let. */
const RUNS = 4;

process.once("message", (kernels: MeteredKernels) => {
  void runAll(kernels).then((fuel) => process.send?.(fuel));
});

async function runAll(kernels: MeteredKernels): Promise<readonly (readonly number[])[]> {
  const spent: number[][] = [];
  for (const [name, bytes] of kernels) {
    const module = await WebAssembly.compile(Uint8Array.from(bytes));
    const runner = await openKernel(name, bytes).start(module, {});
    spent.push(Array.from({ length: RUNS }, () => spend(runner)));
  }
  return spent;
}
