import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { EMPTY_BODY } from "../contracts/exchange.ts";
import type { Terminal } from "./output.ts";
import { readInput } from "./read-input.ts";

/** One word with an extension, or one that begins like a path. */
const LIKE_A_FILE = /^(?:\.{0,2}\/\S+|[^\s{}[\]"'<>=&?,;:|]+\.[A-Za-z][A-Za-z0-9]{0,5})$/;

/**
 * What `--body` means: `@FILE` is a file and `@-` standard input; else it is a file if there is one of
 * that name, and else the text itself. Throws `usage`.
 */
export async function readBody(
  body: string | undefined,
  terminal: Pick<Terminal, "in" | "directory">,
): Promise<Uint8Array> {
  if (body === undefined) return EMPTY_BODY;
  if (body.startsWith("@")) return readInput("--body", body.slice(1), terminal);
  if (!(await isFile(body, terminal))) return Buffer.from(body);
  // By its whole path: `-` alone would be standard input.
  return readInput("--body", resolve(terminal.directory, body), terminal);
}

/** What to tell of a text that was probably meant as a file; undefined: nothing. */
export async function doubtBody(
  body: string | undefined,
  terminal: Pick<Terminal, "directory">,
): Promise<string | undefined> {
  if (body === undefined || body.startsWith("@") || !LIKE_A_FILE.test(body)) return undefined;
  if (await isFile(body, terminal)) return undefined;
  return `there is no file ${body}, so that --body is this text; write @${body} for a file`;
}

async function isFile(name: string, { directory }: Pick<Terminal, "directory">): Promise<boolean> {
  const found = await stat(resolve(directory, name)).catch(() => undefined);
  return found?.isFile() === true;
}
