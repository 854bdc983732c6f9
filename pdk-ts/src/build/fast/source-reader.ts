import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { adaptLibrary } from "./library.ts";
import { toPortable } from "./portable-source.ts";

/** A source as the compiler is given it, and the path that it is known by from then on. */
export interface SourceFile {
  readonly path: string;
  /** Undefined when there is no such file. */
  readonly text: string | undefined;
}

/** Finds the text of a module by the name the compiler has for it, which has no ending. */
export type ReadSource = (name: string) => Promise<SourceFile>;

const LIBRARY = "~lib/";
const PDK = "@backworks/pdk";
/** From `src` and from `dist`, both of which hold this file three folders deep. */
const ASSEMBLY = new URL("../../../assembly/", import.meta.url);

/**
 * Reads the author's files, the bindings, of which some are `generated`, and the library: nothing
 * else exists for a plugin.
 */
export async function createReader(
  folder: string,
  libraryFiles: Readonly<Record<string, string>>,
  generated: Readonly<Record<string, string>>,
): Promise<{ readonly library: Readonly<Record<string, string>>; readonly read: ReadSource }> {
  const library = adaptLibrary(libraryFiles, await readBinding("world"));
  const read: ReadSource = async (name) => {
    if (!name.startsWith(LIBRARY)) return readAuthor(folder, name);
    const module = name.slice(LIBRARY.length);
    if (module === PDK || module.startsWith(`${PDK}/`)) {
      const binding = module.slice(PDK.length + 1) || "index";
      const text = generated[binding] ?? (await readBinding(binding));
      return { path: `${LIBRARY}${PDK}/${binding}`, text };
    }
    return { path: name, text: library[module] };
  };
  return { library, read };
}

async function readAuthor(folder: string, name: string): Promise<SourceFile> {
  for (const path of [name, `${name}/index`]) {
    const text = await readFile(join(folder, `${path}.ts`), "utf8").catch(() => undefined);
    if (text !== undefined) return { path, text: toPortable(text) };
  }
  return { path: name, text: undefined };
}

async function readBinding(name: string): Promise<string> {
  return readFile(new URL(`${name}.ts`, ASSEMBLY), "utf8");
}
