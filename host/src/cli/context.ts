import { resolve } from "node:path";
import { findConfig } from "../config/find.ts";
import type { ExitCode } from "./exit.ts";
import type { Terminal } from "./output.ts";

/** What every command is given. */
export interface CommandContext {
  readonly terminal: Terminal;
  /** Sets the exit code; without a call it is 0. */
  readonly finish: (code: ExitCode) => void;
}

/** The file of `--config`, or the first of the names Backworks looks for. */
export async function configFileOf(
  option: string | undefined,
  terminal: Terminal,
): Promise<string> {
  return option === undefined
    ? findConfig(terminal.directory)
    : resolve(terminal.directory, option);
}
