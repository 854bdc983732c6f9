import { readdirSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BackworksError } from "../../host/src/lib/errors.ts";
import { inspectModule } from "../../host/src/wasm/inspect.ts";
import { DEFAULT_POLICY, type RewritePolicy } from "../../host/src/wasm/policy.ts";
import { FUEL_EXPORT, RESERVED_PREFIX } from "../../host/src/wasm/reserved.ts";
import { rewriteModule } from "../../host/src/wasm/rewrite.ts";
import { generateProgram } from "../support/metering/generate-program.ts";
import { printProgram } from "../support/metering/print-program.ts";
import { RICH } from "../support/rich-module.ts";
import { wat } from "../support/wat.ts";
import { mutate, Random } from "./mutate.ts";

/** `make fuzz` sets a million. */
const MUTANTS = Number(process.env["BACKWORKS_MUTANTS"] ?? 5_000);
const SEED = Number(process.env["BACKWORKS_SEED"] ?? 20_261_121);
const FUEL = 20_000;
/** The dearest single piece of work, which is charged before it is done: filling a whole table. */
const OVERSHOOT_MAX = 7_000_000;

const GUESTS = new URL("../guests/", import.meta.url);

/** Valid modules of several kinds. */
function readSources(): Uint8Array[] {
  const tapes = fc.sample(fc.array(fc.nat({ max: 1000 }), { minLength: 60, maxLength: 200 }), {
    numRuns: 20,
    seed: SEED,
  });
  return [
    RICH,
    ...tapes.map((tape) => wat(printProgram(generateProgram(tape, true)))),
    ...readdirSync(GUESTS)
      .filter((name) => name.endsWith(".wat"))
      .map((name) => wat(readFileSync(new URL(name, GUESTS), "utf8"))),
  ];
}

test(
  `${MUTANTS} mutants of valid modules are refused in order, or run within their fuel`,
  () => {
    const sources = readSources();
    const random = new Random(SEED);
    const wrong: string[] = [];
    let accepted = 0;
    for (let count = 0; count < MUTANTS; count++) {
      const mutant = mutate(sources[random.below(sources.length)] ?? RICH, random);
      const problem = tryMutant(mutant);
      if (problem === "accepted") accepted++;
      else if (problem !== "refused")
        wrong.push(`${problem}: ${Buffer.from(mutant).toString("hex")}`);
    }
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(MUTANTS / 100);
  },
  Math.max(60_000, MUTANTS),
);

function tryMutant(mutant: Uint8Array): string {
  const policy: RewritePolicy = { ...DEFAULT_POLICY, allowed: ["imported-memory"] };
  try {
    inspectModule(mutant);
    const { bytes } = rewriteModule(mutant, policy);
    if (!WebAssembly.validate(mutant)) return "accepted what V8 refuses";
    if (!WebAssembly.validate(bytes)) return "rewritten into something invalid";
    return runMutant(new WebAssembly.Module(bytes));
  } catch (error) {
    return error instanceof BackworksError ? "refused" : `threw ${String(error)}`;
  }
}

/** Calls all that it exports. It may trap and throw as it likes, but neither hang nor stay. */
function runMutant(module: WebAssembly.Module): string {
  const instance = instantiate(module);
  if (instance === undefined) return "accepted";
  const fuel = instance.exports[FUEL_EXPORT];
  if (!(fuel instanceof WebAssembly.Global)) return "has no fuel";
  for (const [name, entry] of Object.entries(instance.exports)) {
    if (typeof entry !== "function" || name.startsWith(RESERVED_PREFIX)) continue;
    fuel.value = BigInt(FUEL);
    try {
      Reflect.apply(entry, undefined, [1, 2, 3]);
    } catch {
      // Whatever a guest throws or traps with, the host goes on.
    }
    if (Number(fuel.value) < -OVERSHOOT_MAX) return `${name} spent ${FUEL - Number(fuel.value)}`;
  }
  return "accepted";
}

function instantiate(module: WebAssembly.Module): WebAssembly.Instance | undefined {
  const imports: WebAssembly.Imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (kind === "function") (imports[from] ??= {})[name] = () => 0;
  }
  try {
    return new WebAssembly.Instance(module, imports);
  } catch {
    return undefined;
  }
}
