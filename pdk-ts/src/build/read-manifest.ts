import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AUTHOR_HOOKS, isAuthorHook } from "../hooks.ts";
import type { HookPlan } from "../runtime/install.ts";
import type { DeclaredReads } from "../runtime/reads.ts";
import type { BuildPosition } from "./build-error.ts";
import { isFile, MANIFEST_FILE } from "./locate-source.ts";
import { invalid, isObject, readManifestDocument } from "./manifest-document.ts";
import type { ManifestDocument } from "./manifest-document.ts";
import { nearest } from "./nearest.ts";

const ABI_VERSION = 1;
const BODY_MODES: ReadonlySet<unknown> = new Set(["none", "text", "bytes"]);

/** Keys for the build and for editors alone. */
const KEYS_LEFT_OUT = ["entry", "target", "$schema"];

/** Keys of the manifest in the order it is written; others follow as they stand in plugin.yaml. */
const KEY_ORDER = ["abi", "name", "version", "description", "license", "hooks"];

/** What a source is built into: the engine with the source in it, or compiled code. */
export type BuildTarget = "full" | "fast";

/** plugin.yaml as the build needs it; the host checks all of it against its schema. */
export interface PluginManifest {
  /** What goes into the module: plugin.yaml with `abi`, without what only the build reads. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly entry: string | undefined;
  readonly target: BuildTarget | undefined;
  readonly plans: readonly HookPlan[];
  readonly positionOf: (path: readonly string[]) => BuildPosition;
}

export async function readManifest(folder: string): Promise<PluginManifest> {
  const document = await readManifestDocument(await readFile(join(folder, MANIFEST_FILE), "utf8"));
  for (const key of ["name", "version"]) requireText(document, key);
  return {
    data: order({ abi: ABI_VERSION, ...document.data }),
    entry: await readEntry(folder, document),
    target: readTarget(document),
    plans: readHooks(document),
    positionOf: document.positionOf,
  };
}

function requireText({ data, positionOf }: ManifestDocument, key: string): void {
  const value = data[key];
  if (typeof value === "string" && value !== "") return;
  const found = value === undefined ? "it is missing" : `found ${JSON.stringify(value)}`;
  const quote = typeof value === "number" ? [`write it in quotes: ${key}: "${value}"`] : [];
  throw invalid(`${key}: expected a text; ${found}`, positionOf([key]), quote);
}

async function readEntry(
  folder: string,
  { data, positionOf }: ManifestDocument,
): Promise<string | undefined> {
  const { entry } = data;
  if (entry === undefined) return undefined;
  if (typeof entry === "string" && (await isFile(join(folder, entry)))) return entry;
  throw invalid(`entry: there is no file ${JSON.stringify(entry)}`, positionOf(["entry"]));
}

function readTarget({ data, positionOf }: ManifestDocument): BuildTarget | undefined {
  const { target } = data;
  if (target === undefined || target === "full" || target === "fast") return target;
  throw invalid(
    `target: expected full or fast; found ${JSON.stringify(target)}`,
    positionOf(["target"]),
  );
}

function readHooks(document: ManifestDocument): HookPlan[] {
  const { hooks } = document.data;
  const known = Object.keys(AUTHOR_HOOKS);
  if (!isObject(hooks) || Object.keys(hooks).length === 0) {
    const notes = [`for example: hooks: { before_request: {} }; the hooks are ${known.join(", ")}`];
    throw invalid("hooks: expected at least one hook", document.positionOf(["hooks"]), notes);
  }
  return Object.entries(hooks).map(([hook, declaration]) => {
    if (!isAuthorHook(hook)) {
      const meant = nearest(hook, known);
      const notes = [
        meant === undefined ? `the hooks are ${known.join(", ")}` : `did you mean ${meant}?`,
      ];
      throw invalid(`hooks: there is no hook ${hook}`, document.positionOf(["hooks", hook]), notes);
    }
    return { hook, author: AUTHOR_HOOKS[hook], reads: readReads(document, hook, declaration) };
  });
}

function readReads(document: ManifestDocument, hook: string, declaration: unknown): DeclaredReads {
  const path = ["hooks", hook];
  const declared = optionalMap(document, path, declaration);
  const reads = optionalMap(document, [...path, "reads"], declared["reads"]);
  const names = (key: string): readonly string[] => {
    const value = reads[key] ?? [];
    if (isTextList(value)) return value;
    const position = document.positionOf([...path, "reads", key]);
    throw invalid(`${key}: expected a list of names`, position, [`for example: ${key}: [accept]`]);
  };
  return {
    headers: names("headers"),
    response_headers: names("response_headers"),
    params: names("params"),
    context: names("context"),
    body: readsBody(document, [...path, "reads", "body"], reads["body"]),
  };
}

function readsBody(document: ManifestDocument, path: readonly string[], body: unknown): boolean {
  const mode = isObject(body) ? body["mode"] : (body ?? "none");
  if (BODY_MODES.has(mode)) return mode !== "none";
  throw invalid("body: expected none, text or bytes", document.positionOf(path));
}

/** A hook or `reads` without a value is as good as an empty one. */
function optionalMap(
  document: ManifestDocument,
  path: readonly string[],
  value: unknown,
): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw invalid(`${path.at(-1) ?? ""}: expected keys and values`, document.positionOf(path));
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function order(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const rest = Object.keys(data).filter((key) => ![...KEY_ORDER, ...KEYS_LEFT_OUT].includes(key));
  const keys = [...KEY_ORDER.filter((key) => data[key] !== undefined), ...rest];
  return Object.fromEntries(keys.map((key) => [key, data[key]]));
}
