import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type * as builder from "@backworks/pdk/build";
import { Option, type Command } from "commander";
import { BackworksError } from "../../lib/errors.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output, type Terminal } from "../output.ts";
import { printCase, printFuelReport } from "../print-cases.ts";
import { folderOf, preparePlugin } from "../prepare-plugin.ts";
import { findTestFiles, findVitest, runVitest, type VitestResult } from "../run-vitest.ts";
import { CASES_FILE, testCases, type CasesReport } from "../test-cases.ts";

interface TestOptions {
  readonly cases?: string;
  readonly target?: builder.BuildTarget;
  readonly update: boolean;
  readonly json: boolean;
}

export function addTestCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("test")
    .description("run a plugin's cases.yaml and its vitest tests in the sandbox")
    .argument("[source]", "the folder of a plugin, or a .wasm file", ".")
    .option(
      "--cases <file>",
      "cases to run (default: cases.yaml in the folder, or beside the file)",
    )
    .addOption(
      new Option("-t, --target <target>", "of a folder: what it is built for").choices([
        "full",
        "fast",
      ]),
    )
    .option(
      "-u, --update",
      "accept what the cases take, when all pass: write fuel.lock.json",
      false,
    )
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
A folder of TypeScript is built first, and its module kept nowhere; of one in C, Rust or another
language the module is taken that its Makefile or compiler has made. Each case runs in an instance
of its own, with doubles behind the plugin's rights. With a fuel.lock.json beside the cases, one that
takes over 5 % more fuel than accepted fails. Files *.test.ts are run by the vitest of the plugin's
own project. Exits with 1 when anything fails.

Examples:
  backworks plugin test
  backworks plugin test plugins-wasm/weather --update
  backworks plugin test dist/stamp.wasm --cases cases.yaml --json`,
    )
    .action(async (source: string, options: TestOptions) => run(source, options, context));
}

async function run(source: string, options: TestOptions, context: CommandContext): Promise<void> {
  const { terminal, finish } = context;
  const output = new Output(terminal, options.json);
  const path = resolve(terminal.directory, source);
  if (!existsSync(path)) {
    throw new BackworksError("build_source_missing", `there is no ${source}`);
  }
  const folder = await folderOf(path);
  const isFolder = folder === path;
  const file = resolve(terminal.directory, options.cases ?? join(folder, CASES_FILE));
  const hasCases = options.cases !== undefined || (await isFile(file));
  const tests = isFolder ? await findTestFiles(folder) : [];
  if (!hasCases && tests.length === 0) {
    const shown = relative(terminal.directory, folder) || ".";
    const message = `nothing to test: ${shown} has no ${CASES_FILE}${isFolder ? " and no *.test.ts" : ""}`;
    throw new BackworksError("test_invalid", message);
  }
  const { plugin, target } = await output.during(`preparing ${source}`, async () =>
    preparePlugin(path, options.target, terminal, output),
  );
  const { name, version } = plugin.manifest;
  output.line(`${output.style("bold", name)} ${version}  ${target}`);
  const runCases = async (): Promise<CasesReport> =>
    testCases({
      plugin,
      file,
      directory: terminal.directory,
      target,
      acceptFuel: options.update,
      onResult: (result) => printCase(result, output),
    });
  const report = hasCases ? await output.during("running its cases", runCases) : undefined;
  const isAsExpected = report === undefined || conclude(report, output);
  const vitest = tests.length === 0 ? undefined : await runTests(folder, tests, terminal, output);
  // Tests that nobody ran have not passed.
  const isPassed = isAsExpected && (tests.length === 0 || vitest?.passed === true);
  output.json({ ok: isPassed, plugin: name, target, ...describe(report), vitest: vitest?.report });
  finish(isPassed ? EXIT.ok : EXIT.failed);
}

/** Undefined when nobody can run them. */
async function runTests(
  folder: string,
  tests: readonly string[],
  terminal: Terminal,
  output: Output,
): Promise<VitestResult | undefined> {
  const vitest = await findVitest(folder);
  if (vitest !== undefined) return runVitest(vitest, folder, terminal, output.isJson);
  const what = tests.length === 1 ? "1 file with tests is" : `${tests.length} files with tests are`;
  output.note(
    `${output.noteStyle("red", "error")}  ${what} not run: npm install --save-dev vitest`,
  );
  return undefined;
}

/** What became of the cases in one line, and whether all is well. */
function conclude(report: CasesReport, output: Output): boolean {
  printFuelReport(report, output);
  const { results, fuel } = report;
  const passed = results.filter(({ failures }) => failures.length === 0).length;
  const parts = [`${passed} of ${results.length} cases pass`];
  const grown = fuel.grown.length;
  if (grown > 0) parts.push(`${grown} take over 5 % more fuel: make it less, or --update`);
  const isAsExpected = passed === results.length && grown === 0;
  output.line(output.style(isAsExpected ? "green" : "red", parts.join("; ")));
  return isAsExpected;
}

function describe(report: CasesReport | undefined): Readonly<Record<string, unknown>> {
  if (report === undefined) return {};
  const { results, fuel, notAccepted } = report;
  return {
    cases: results.map(
      ({ name, failures, fuel: units, memoryBytes, durationMs, logs, case: { position } }) => ({
        name,
        ok: failures.length === 0,
        line: position.line,
        failures,
        fuel: units,
        memoryBytes,
        durationMs,
        logs,
      }),
    ),
    fuel: { ...fuel, ...(notAccepted !== undefined && { notAccepted }) },
  };
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
