import { BuildError } from "@backworks/pdk/build";
import type { Files } from "./folder.ts";
import { buildFiles } from "./plugins.ts";

/** A plugin that cannot be built, and what its author is told. */
export interface BuildCase {
  readonly name: string;
  readonly files: Files;
  readonly code: string;
  /** Parts of the message or the notes. */
  readonly says: readonly (string | RegExp)[];
  readonly at?: string;
}

export interface BuildRefusal {
  readonly code: string;
  /** The message and the notes, a line each. */
  readonly text: string;
  /** `file:line:column`, or "nowhere". */
  readonly at: string;
}

/** What is told of files that cannot be built; nothing when they can. */
export async function refusalOf(files: Files): Promise<BuildRefusal | undefined> {
  try {
    await buildFiles(files);
    return undefined;
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    const { code, message, notes, position } = error;
    const at = position && `${position.file}:${position.line}:${position.column}`;
    return { code, text: [message, ...notes].join("\n"), at: at ?? "nowhere" };
  }
}
