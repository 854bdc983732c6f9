import { dirname, join, relative } from "node:path";
import type { CheckedPlugin } from "../plugins/check.ts";
import { checkFuel, type FuelReport } from "../workbench/cases/check-fuel.ts";
import { readCases } from "../workbench/cases/read-cases.ts";
import { runCase, type CaseResult } from "../workbench/cases/run-case.ts";

export const CASES_FILE = "cases.yaml";
const LOCK_FILE = "fuel.lock.json";

export interface CasesToTest {
  readonly plugin: CheckedPlugin;
  /** `cases.yaml`, absolute. */
  readonly file: string;
  /** What messages name files by. */
  readonly directory: string;
  readonly target: string;
  readonly acceptFuel: boolean;
  readonly onResult?: (result: CaseResult) => void;
}

export interface CasesReport {
  readonly results: readonly CaseResult[];
  readonly fuel: FuelReport;
  readonly lockFile: string;
  /** Why what the cases take was not accepted, though somebody asked for it. */
  readonly notAccepted: string | undefined;
}

/** Runs the cases of a file one after the other, and looks at what they take. */
export async function testCases(test: CasesToTest): Promise<CasesReport> {
  const { plugin, file, directory, target, acceptFuel } = test;
  const cases = await readCases(file, relative(directory, file));
  const results: CaseResult[] = [];
  for (const each of cases) {
    const result = await runCase(plugin, each);
    results.push(result);
    test.onResult?.(result);
  }
  const lockFile = join(dirname(file), LOCK_FILE);
  const flaw = findFlaw(results);
  const accept = acceptFuel && flaw === undefined;
  const fuel = await checkFuel({ plugin, results, file: lockFile, target, accept });
  const notAccepted = acceptFuel ? flaw : undefined;
  return { results, fuel, lockFile: relative(directory, lockFile), notAccepted };
}

/** A lock without the cases that fail would accept whatever they take next. */
function findFlaw(results: readonly CaseResult[]): string | undefined {
  if (results.length === 0) return "there are no cases";
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  if (failed === 0) return undefined;
  return `${failed} of ${results.length} cases ${failed === 1 ? "fails" : "fail"}`;
}
