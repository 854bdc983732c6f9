import { stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { Option, type Command } from "commander";
import { BackworksError } from "../../lib/errors.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { readCases } from "../../workbench/cases/read-cases.ts";
import { runCase, type CaseResult } from "../../workbench/cases/run-case.ts";
import { describePlugin } from "../../workbench/docs/describe-plugin.ts";
import { printHtml } from "../../workbench/docs/print-html.ts";
import { printMarkdown } from "../../workbench/docs/print-markdown.ts";
import { writeOut } from "../build-source.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output, type Terminal } from "../output.ts";
import { printCase } from "../print-cases.ts";
import { folderOf, preparePlugin } from "../prepare-plugin.ts";
import { CASES_FILE } from "../test-cases.ts";

type Format = "markdown" | "html";

interface DocsOptions {
  readonly cases?: string;
  readonly format?: Format;
  readonly out?: string;
  readonly force: boolean;
  readonly json: boolean;
}

const ENDINGS = { markdown: "md", html: "html" } as const;

export function addDocsCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("docs")
    .description("make a page from a plugin's manifest, its configuration schema and its cases")
    .argument("[source]", "the folder of a plugin, or a .wasm file", ".")
    .option(
      "--cases <file>",
      "cases to run (default: cases.yaml in the folder, or beside the file)",
    )
    .addOption(
      new Option("-f, --format <format>", "default: by the ending of --out, or markdown").choices([
        "markdown",
        "html",
      ]),
    )
    .option(
      "-o, --out <file>",
      "file to write (default: NAME.md or NAME.html, unless it is there already)",
    )
    .option("--force", "overwrite a page of that name, though --out does not name it", false)
    .option("--json", "print the result as JSON", false)
    .addHelpText(
      "after",
      `
The cases are run, and the page shows what came of them. When one fails, no page is written. Of a
folder in C, Rust or another language the module is taken that its Makefile or compiler has made.

Examples:
  backworks plugin docs hello
  backworks plugin docs dist/stamp.wasm --cases cases.yaml -o stamp.html`,
    )
    .action(async (source: string, options: DocsOptions) => docs(source, options, context));
}

async function docs(
  source: string,
  options: DocsOptions,
  { terminal, finish }: CommandContext,
): Promise<void> {
  const output = new Output(terminal, options.json);
  const path = resolve(terminal.directory, source);
  const { plugin } = await output.during(`preparing ${source}`, async () =>
    preparePlugin(path, undefined, terminal, output),
  );
  const { name } = plugin.manifest;
  const format = options.format ?? (options.out?.endsWith(".html") === true ? "html" : "markdown");
  const out = resolve(terminal.directory, options.out ?? `${name}.${ENDINGS[format]}`);
  if (options.out === undefined && !options.force) await refuseToOverwrite(out);
  const file = resolve(terminal.directory, options.cases ?? join(await folderOf(path), CASES_FILE));
  const results = await output.during("running its cases", async () =>
    runCases(plugin, file, options.cases !== undefined, terminal),
  );
  const failed = results.filter(({ failures }) => failures.length > 0);
  if (failed.length > 0) {
    for (const result of failed) printCase(result, output);
    output.json({
      ok: false,
      failed: failed.map((each) => ({ name: each.name, failures: each.failures })),
    });
    finish(EXIT.failed);
    return;
  }
  const blocks = describePlugin(plugin, results);
  const page = format === "html" ? printHtml(blocks, name) : printMarkdown(blocks);
  await writeOut(out, new TextEncoder().encode(page));
  const examples = results.length === 1 ? "1 example" : `${results.length} examples`;
  output.line(`${output.style("green", "✓")} ${relative(terminal.directory, out)}  ${examples}`);
  output.json({ ok: true, file: out, name, format, examples: results.length });
  finish(EXIT.ok);
}

/** A name that nobody has chosen may be that of a page that somebody has written. */
async function refuseToOverwrite(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined)) === undefined) return;
  const name = basename(file);
  throw new BackworksError(
    "usage",
    `${name} is there already: --force overwrites it, --out names another file`,
  );
}

/** None without a file, unless one was named. */
async function runCases(
  plugin: CheckedPlugin,
  file: string,
  isNamed: boolean,
  { directory }: Terminal,
): Promise<CaseResult[]> {
  if (!isNamed && (await stat(file).catch(() => undefined)) === undefined) return [];
  const results: CaseResult[] = [];
  for (const one of await readCases(file, relative(directory, file))) {
    results.push(await runCase(plugin, one));
  }
  return results;
}
