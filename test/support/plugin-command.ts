import { TestFolder } from "./folder.ts";
import type { Files } from "./folder.ts";
import { runCommand } from "./terminal.ts";
import type { CommandResult } from "./terminal.ts";

/** Runs `backworks plugin …` in a folder with these files. */
export async function run(args: readonly string[], files: Files): Promise<CommandResult> {
  await using folder = await TestFolder.create(files);
  return await runCommand(["plugin", ...args], folder.path);
}

/** Fields of an answer in JSON; tests compare what they name. */
export function parse({ out }: CommandResult): Readonly<Record<string, unknown>> {
  return JSON.parse(out);
}
