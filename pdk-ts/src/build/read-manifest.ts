import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AUTHOR_HOOKS, isAuthorHook } from "../hooks.ts";
import type { HookPlan } from "../runtime/install.ts";
import type { DeclaredReads } from "../runtime/reads.ts";
import type { CapabilityName } from "../services.ts";
import type { BuildPosition } from "./build-error.ts";
import { declaredCapabilities } from "./declared-capabilities.ts";
import { isFile, MANIFEST_FILE } from "./locate-source.ts";
import { isObject, readManifestDocument } from "./manifest-document.ts";
import { Faults } from "./manifest-faults.ts";
import { nearest } from "./nearest.ts";

const ABI_VERSION = 1;
const BODY_MODES: ReadonlySet<unknown> = new Set(["none", "text", "bytes"]);

/** Keys for the build and for editors alone. */
const KEYS_LEFT_OUT = ["entry", "target", "$schema"];

/** Keys of the manifest in the order it is written; others follow as they stand in plugin.yaml. */
const KEY_ORDER = ["abi", "name", "version", "description", "license", "hooks"];

/** What a source is built into: the engine with the source in it, or compiled code. */
export type BuildTarget = "full" | "fast";

/** Keys that must be texts, and an example for each. */
const TEXTS = { name: "my-plugin", version: "1.0.0" } as const;

/** plugin.yaml as the build needs it; the host checks all of it against its schema. */
export interface PluginManifest {
  /** The file as it is. */
  readonly text: string;
  /** What goes into the module: plugin.yaml with `abi`, without what only the build reads. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly entry: string | undefined;
  readonly target: BuildTarget | undefined;
  readonly plans: readonly HookPlan[];
  /** Those whose functions it may import. */
  readonly capabilities: ReadonlySet<CapabilityName>;
  readonly positionOf: (path: readonly string[]) => BuildPosition;
}

/** Reads and checks plugin.yaml. Throws `manifest_invalid` with all that is wrong with it. */
export async function readManifest(folder: string): Promise<PluginManifest> {
  const text = await readFile(join(folder, MANIFEST_FILE), "utf8");
  const { data, positionOf } = await readManifestDocument(text);
  const faults = new Faults(positionOf);
  checkText(data, "name", faults);
  checkText(data, "version", faults);
  const entry = await readEntry(folder, data["entry"], faults);
  const target = readTarget(data["target"], faults);
  const plans = readHooks(data, faults);
  faults.throwIfAny();
  const capabilities = declaredCapabilities(data["capabilities"]);
  return {
    text,
    data: order({ abi: ABI_VERSION, ...data }),
    entry,
    target,
    plans,
    capabilities,
    positionOf,
  };
}

function checkText(data: PluginManifest["data"], key: keyof typeof TEXTS, faults: Faults): void {
  const value = data[key];
  if (typeof value === "string" && value !== "") return;
  const found = value === undefined ? "it is missing" : `found ${describe(value)}`;
  const example = key === "version" && typeof value === "number" ? threeNumbers(value) : TEXTS[key];
  faults.add(`${key}: expected a text; ${found}`, [key], `for example: ${key}: "${example}"`);
}

/** YAML takes `1.0` for the number 1. */
function threeNumbers(version: number): string {
  return [...String(version).split("."), "0", "0"].slice(0, 3).join(".");
}

async function readEntry(
  folder: string,
  entry: unknown,
  faults: Faults,
): Promise<string | undefined> {
  if (entry === undefined) return undefined;
  if (typeof entry === "string" && (await isFile(join(folder, entry)))) return entry;
  faults.add(`entry: there is no file ${JSON.stringify(entry)}`, ["entry"]);
  return undefined;
}

function readTarget(target: unknown, faults: Faults): BuildTarget | undefined {
  if (target === undefined || target === "full" || target === "fast") return target;
  faults.add(`target: expected full or fast; found ${describe(target)}`, ["target"]);
  return undefined;
}

function readHooks(data: PluginManifest["data"], faults: Faults): HookPlan[] {
  const { hooks } = data;
  const known = Object.keys(AUTHOR_HOOKS);
  const written = hooks === undefined ? nearest("hooks", Object.keys(data)) : undefined;
  if (written !== undefined) {
    faults.add(`${written}: unknown key`, [written], "did you mean hooks?");
    return [];
  }
  if (!isObject(hooks) || Object.keys(hooks).length === 0) {
    const isAbsent = hooks === undefined || hooks === null || isObject(hooks);
    const expected = isAbsent ? "at least one hook" : `a map, found ${describe(hooks)}`;
    const example = `for example: hooks: { before_request: {} }; the hooks are ${known.join(", ")}`;
    faults.add(`hooks: expected ${expected}`, ["hooks"], example);
    return [];
  }
  return Object.entries(hooks).flatMap(([hook, declaration]) => {
    if (isAuthorHook(hook)) {
      const reads = readReads(hook, declaration, faults);
      return [{ hook, author: AUTHOR_HOOKS[hook], reads }];
    }
    const meant = nearest(hook, known);
    const note =
      meant === undefined ? `the hooks are ${known.join(", ")}` : `did you mean ${meant}?`;
    faults.add(`hooks: there is no hook ${hook}`, ["hooks", hook], note);
    return [];
  });
}

function readReads(hook: string, declaration: unknown, faults: Faults): DeclaredReads {
  const path = ["hooks", hook, "reads"];
  const declared = optionalMap(declaration, path.slice(0, 2), faults);
  const reads = optionalMap(declared["reads"], path, faults);
  const names = (key: string): readonly string[] => {
    const value = reads[key] ?? [];
    if (isTextList(value)) return value;
    const message = `${key}: expected a list of names, found ${describe(value)}`;
    faults.add(message, [...path, key], `for example: ${key}: [accept]`);
    return [];
  };
  return {
    headers: names("headers"),
    response_headers: names("response_headers"),
    params: names("params"),
    context: names("context"),
    body: readsBody(reads["body"], [...path, "body"], faults),
  };
}

function readsBody(body: unknown, path: readonly string[], faults: Faults): boolean {
  const mode = isObject(body) ? body["mode"] : (body ?? "none");
  if (BODY_MODES.has(mode)) return mode !== "none";
  faults.add(`body: expected none, text or bytes, found ${describe(mode)}`, path);
  return false;
}

/** A hook or `reads` without a value is as good as an empty one. */
function optionalMap(
  value: unknown,
  path: readonly string[],
  faults: Faults,
): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  const message = `${path.at(-1) ?? ""}: expected a map, found ${describe(value)}`;
  faults.add(message, path, "a map has keys and values, for example: reads: { headers: [accept] }");
  return {};
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (isObject(value)) return "a map";
  return value === undefined || value === null ? "nothing" : JSON.stringify(value);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

function order(data: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const rest = Object.keys(data).filter((key) => ![...KEY_ORDER, ...KEYS_LEFT_OUT].includes(key));
  const keys = [...KEY_ORDER.filter((key) => data[key] !== undefined), ...rest];
  return Object.fromEntries(keys.map((key) => [key, data[key]]));
}
