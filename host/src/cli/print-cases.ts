import { printPosition } from "../lib/errors.ts";
import { escapeLines, escapeText, indentLines } from "../lib/escape.ts";
import type { FuelChange } from "../workbench/cases/fuel-lock.ts";
import type { Growth } from "../workbench/cases/check-fuel.ts";
import type { CaseResult } from "../workbench/cases/run-case.ts";
import type { Output } from "./output.ts";
import type { CasesReport } from "./test-cases.ts";

/** One line for a case that passes; one that fails says where it stands, and why. */
export function printCase(result: CaseResult, output: Output): void {
  const { name, failures } = result;
  if (failures.length === 0) {
    const took = output.style("dim", `${printFuel(result)}  ${result.durationMs.toFixed(1)} ms`);
    output.line(`${output.style("green", "✓")} ${escapeText(name)}  ${took}`);
    return;
  }
  const where = printPosition(result.case.position);
  output.line(`${output.style("red", "✗")} ${escapeText(name)}  ${output.style("dim", where)}`);
  for (const failure of failures) {
    for (const line of failure.split("\n")) output.line(`    ${escapeText(line, 2000)}`);
  }
  for (const { level, text } of result.logs) {
    output.line(output.style("dim", `    log ${level}: ${indentLines(escapeLines(text))}`));
  }
}

function printFuel({ fuel }: CaseResult): string {
  const hooks = Object.entries(fuel).map(
    ([hook, units]) => `${hook} ${units.toLocaleString("en")}`,
  );
  return hooks.length === 0 ? "calls no hook" : hooks.join(", ");
}

/** What became of the fuel, below the cases. */
export function printFuelReport(report: CasesReport, output: Output): void {
  const { fuel, lockFile, notAccepted } = report;
  for (const growth of fuel.grown) {
    output.line(`${output.style("red", "✗")} ${printChange(growth)}`);
    const why = printGrown(growth);
    if (why !== undefined) output.line(`    ${why}`);
  }
  for (const change of fuel.shrunk) {
    output.note(`${output.noteStyle("yellow", "note")}  ${printChange(change)}: --update keeps it`);
  }
  if (fuel.added.length > 0) {
    const what = fuel.added.length === 1 ? "a case" : `${fuel.added.length} cases`;
    output.note(
      `${output.noteStyle("yellow", "note")}  ${lockFile} does not have ${what}: --update adds it`,
    );
  }
  if (notAccepted !== undefined) {
    output.note(
      `${output.noteStyle("yellow", "note")}  ${lockFile} is not written: ${notAccepted}`,
    );
  }
  if (fuel.lock === "written") output.note(`${lockFile} written`);
}

/** `fuel of before_request in "a case": 1,000 → 2,000 (+100.0 %)` */
export function printChange({ caseName, hook, before, now }: FuelChange): string {
  const share = before === 0 ? "new" : `${(100 * (now / before - 1)).toFixed(1)} %`;
  const sign = now > before && before > 0 ? "+" : "";
  const figures = `${before.toLocaleString("en")} → ${now.toLocaleString("en")} (${sign}${share})`;
  return `fuel of ${hook} in "${escapeText(caseName)}": ${figures}`;
}

/** Names of functions come from the module. */
export function printGrown({ functions }: Growth): string | undefined {
  const [first, ...others] = functions.slice(0, 4).map((name) => escapeText(name, 200));
  if (first === undefined) return undefined;
  return others.length === 0 ? `${first} grew` : `${first} grew most, then ${others.join(", ")}`;
}
