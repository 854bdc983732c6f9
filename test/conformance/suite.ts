import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Embedding } from "./embedding.ts";
import { ModuleSource } from "./module-source.ts";
import { keywordOf, parseScript } from "./s-expression.ts";
import { Script, type Outcome } from "./script.ts";
import type { TextParser } from "./text-parser.ts";

/** Where the suite lies beside a working copy; a user's clone does not have it. */
const ARCHIVE = new URL("../../../shared/vectors/wasm-spec/testsuite.tar.xz", import.meta.url)
  .pathname;

export const hasSuite: boolean = existsSync(ARCHIVE);

export interface ScriptFile {
  readonly name: string;
  readonly text: string;
}

/** Unpacks the suite's scripts, in the order of their names. */
export function readSuite(): ScriptFile[] {
  const directory = mkdtempSync(join(tmpdir(), "wasm-spec-"));
  try {
    execFileSync("tar", ["-xJf", ARCHIVE, "-C", directory]);
    return readdirSync(directory, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".wast"))
      .toSorted()
      .map((name) => ({ name, text: readFileSync(join(directory, name), "utf8") }));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What one embedding made of one command, beside what V8 alone made of it. */
export interface Comparison {
  readonly place: string;
  readonly command: string;
  readonly alone: Outcome;
  /** In the order of the embeddings. */
  readonly others: readonly Outcome[];
}

export async function compareFile(
  file: ScriptFile,
  embeddings: readonly Embedding[],
  parse: TextParser,
): Promise<Comparison[]> {
  const source = new ModuleSource(file.text, parse);
  const scripts = embeddings.map((embedding) => new Script(embedding, source));
  const comparisons: Comparison[] = [];
  for (const command of parseScript(file.text)) {
    const [alone, ...others] = await inOrder(scripts, async (script) => script.run(command));
    if (alone === undefined) continue;
    const place = `${file.name}:${lineOf(file.text, command.start)}`;
    comparisons.push({ place, command: keywordOf(command), alone, others });
  }
  return comparisons;
}

async function inOrder<T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await run(item));
  return results;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
