import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { BuildTarget } from "../build/read-manifest.ts";
import type { Language, TemplateName } from "./catalog.ts";

const TEMPLATES_FOLDER = new URL("../../templates/", import.meta.url).pathname;

/** How every template calls its plugin. */
const PLACEHOLDER = /my-plugin/g;

/** Variants for the fast target: `plugin.fast.ts` instead of `plugin.ts`. */
const FAST_VARIANT = /\.fast(?=\.(?:ts|yaml)$)/;

export interface ProjectPlan {
  /** Lower case letters, digits, hyphens. */
  readonly name: string;
  readonly language: Language;
  /** Of TypeScript alone. */
  readonly template: TemplateName;
  readonly target: BuildTarget;
}

/** The files of a new plugin: texts by their paths, which have forward slashes. */
export async function projectFiles(plan: ProjectPlan): Promise<ReadonlyMap<string, string>> {
  const { name, language, template, target } = plan;
  const folders =
    language === "typescript" ? ["common/typescript", template] : ["common/native", language];
  const files = new Map<string, string>();
  for (const folder of folders) {
    for (const [path, text] of await readFolder(join(TEMPLATES_FOLDER, folder))) {
      files.set(path, text);
    }
  }
  if (language === "typescript") chooseVariant(files, target);
  return new Map(
    [...files].map(([path, text]) => [
      // npm leaves a .gitignore out of what it packs.
      path.replace(/^gitignore$/, ".gitignore").replaceAll(PLACEHOLDER, name),
      text.replaceAll(PLACEHOLDER, name),
    ]),
  );
}

function chooseVariant(files: Map<string, string>, target: BuildTarget): void {
  for (const [path, text] of files) {
    if (!FAST_VARIANT.test(path)) continue;
    files.delete(path);
    if (target === "fast") files.set(path.replace(FAST_VARIANT, ""), text);
  }
  const manifest = files.get("plugin.yaml");
  if (target === "fast" && manifest !== undefined) {
    files.set("plugin.yaml", manifest.replace(/^version: .*\n/m, "$&target: fast\n"));
  }
}

async function readFolder(folder: string): Promise<[path: string, text: string][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return Promise.all(
    paths.map(async (path): Promise<[string, string]> => [
      relative(folder, path).split(sep).join("/"),
      await readFile(path, "utf8"),
    ]),
  );
}
