import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { buildKernels, ENGINE } from "../../bench/metering/kernels.ts";
import { EXACT, OURS } from "../../bench/metering/schemes.ts";
import { HAS_CLANG } from "../../support/compilers.ts";
import type { MeteredKernels } from "../../support/metering/tier-child.ts";

const CHILD = fileURLToPath(new URL("../../support/metering/tier-child.ts", import.meta.url));

/** Ways in which V8 can compile: as it likes, and each of what it then chooses from alone. */
const TIERS = {
  "its baseline compiler only": "--liftoff-only",
  "its optimizing compiler only": "--no-liftoff",
  "no inlining": "--no-wasm-inlining",
};

/** Those that compile and run fast; between them they have calls of all kinds, and regions. */
const KERNELS = ["json", "fib", "strings", "quicksort", "interpreter", "virtual-calls", ENGINE];

async function spendIn(flags: readonly string[], kernels: MeteredKernels): Promise<unknown> {
  const child = fork(CHILD, { execArgv: [...flags], serialization: "advanced" });
  child.send(kernels);
  const [fuel] = (await once(child, "message")) as [unknown];
  child.disconnect();
  return fuel;
}

describe.skipIf(!HAS_CLANG)("the fuel of the same run (needs clang and lld)", () => {
  let kernels: MeteredKernels = [];
  let expected: unknown;

  beforeAll(async () => {
    const built = await buildKernels(KERNELS);
    kernels = [OURS, EXACT].flatMap(({ prepare }) =>
      built.map(({ name, bytes }) => [name, prepare(bytes)] as const),
    );
    expected = await spendIn([], kernels);
  });

  test.each(Object.entries(TIERS))("is the same when V8 has %s", async (_, flag) => {
    expect(await spendIn([flag], kernels)).toEqual(expected);
  });
});
