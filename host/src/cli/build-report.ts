import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { listAbilities } from "../plugins/abilities.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import type { ImportSummary } from "../wasm/inspect.ts";
import type { CaseResult } from "../workbench/cases/run-case.ts";
import { loadBuilder } from "./load-pdk.ts";
import type { Terminal } from "./output.ts";
import { printChange, printGrown } from "./print-cases.ts";
import { CASES_FILE, testCases, type CasesReport } from "./test-cases.ts";

/** Enough to see what a plugin costs; `plugin test` shows all. */
const EXAMPLES_MAX = 8;

/** Runs the cases beside the source; undefined without any. */
export async function runExamples(
  plugin: CheckedPlugin,
  source: string,
  target: string,
  { acceptFuel, terminal }: { readonly acceptFuel: boolean; readonly terminal: Terminal },
): Promise<CasesReport | undefined> {
  const { locateSource } = await loadBuilder();
  const { folder } = await locateSource(source);
  const file = join(folder, CASES_FILE);
  const isThere = (await stat(file).catch(() => undefined))?.isFile() === true;
  if (!isThere) return undefined;
  return testCases({ plugin, file, directory: terminal.directory, target, acceptFuel });
}

/** Throws `test_fuel_grew` for all that takes more than was accepted. */
export function throwGrown({ fuel, lockFile }: CasesReport): void {
  if (fuel.grown.length === 0) return;
  throw new BackworksErrors(
    fuel.grown.map((growth) => {
      const why = printGrown(growth);
      const message = why === undefined ? printChange(growth) : `${printChange(growth)}\n${why}`;
      return new BackworksError("test_fuel_grew", message, { position: { file: lockFile } });
    }),
  );
}

/** What the module asks of the host: by name what needs a right, the rest by number. */
export function importRows(imports: readonly ImportSummary[]): string[][] {
  const abilities = listAbilities(imports);
  const rights = abilities.flatMap(({ capability, functions }) =>
    capability === undefined ? [] : [["imports", capability, functions.join(", ")]],
  );
  const open = abilities.filter(({ capability }) => capability === undefined);
  const count = open.reduce((sum, { functions }) => sum + functions.length, 0);
  return [...rights, ["imports", "open to all", `${count} functions`]];
}

/** What the cases take, and whether they are as expected. */
export function exampleRows(report: CasesReport | undefined): string[][] {
  if (report === undefined) return [];
  const { results, fuel, notAccepted } = report;
  const examples = results.slice(0, EXAMPLES_MAX);
  const figures = examples.map((result) =>
    Object.values(result.fuel)
      .reduce((sum, units) => sum + units, 0)
      .toLocaleString("en"),
  );
  const width = Math.max(0, ...figures.map(({ length }) => length));
  const shown = examples.map(({ failures, name }, index) => [
    failures.length === 0 ? "fuel" : "fails",
    (figures[index] ?? "").padStart(width),
    escapeText(name),
  ]);
  const more = results.length - shown.length;
  return [
    ...shown,
    ...(more > 0 ? [["fuel", "", `and ${more} more: backworks plugin test`]] : []),
    ...(notAccepted === undefined ? [] : [["fuel", "not accepted", notAccepted]]),
    ...(fuel.lock === "written" ? [["fuel", "accepted", report.lockFile]] : []),
  ];
}

export function describeExample({ name, failures, fuel }: CaseResult): object {
  return { name, ok: failures.length === 0, fuel };
}
