import { isHookName, isVerdictHookName, type HookMatch } from "../contracts/hooks.ts";
import { isJsonObject } from "../contracts/json.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { NAME_PATTERN } from "../contracts/manifest.ts";
import type { Manifest } from "../contracts/manifest.ts";
import { parseManifest } from "../config/manifest.ts";
import { BackworksError } from "../lib/errors.ts";
import { canonicalPath } from "../lib/path.ts";

/** A hook that a plugin declares, and the requests that it sees. */
export interface Duty {
  /** ABI 1 need not have it. */
  readonly hook: string;
  readonly match: HookMatch;
}

/**
 * What a manifest says of requests, although it or its module is refused. It decides which routes are
 * closed, so what cannot be understood counts as what closes more of them.
 */
export interface Salvage {
  readonly name: string | undefined;
  readonly critical: boolean;
  /** Undefined: nobody knows. */
  readonly duties: readonly Duty[] | undefined;
  /** Of a manifest that is right as a whole. */
  readonly manifest: Manifest | undefined;
}

const NAME = new RegExp(NAME_PATTERN);
const MATCH_KEYS: ReadonlySet<string> = new Set(["routes", "methods", "paths"]);

/** Whether a plugin of this name can be configured. */
export function isPluginName(name: string): boolean {
  return NAME.test(name);
}

export function dutiesOf({ hooks }: Manifest): Duty[] {
  return Object.entries(hooks).map(([hook, { match }]) => ({ hook, match }));
}

/** Whether requests of its routes must not pass without it, whatever `critical` says. */
export function isJudge(duties: readonly Duty[] | undefined): boolean {
  return duties?.some(({ hook }) => isVerdictHookName(hook)) ?? false;
}

/** Whether it may have been meant to see requests that nobody can tell. */
export function isObscure(duties: readonly Duty[] | undefined): boolean {
  return duties?.some(({ hook }) => !isHookName(hook)) ?? true;
}

/** Reads what can be read of a manifest as it was written; nothing if that says nothing. */
export function salvageManifest(written: Json, file: string): Salvage | undefined {
  if (!isJsonObject(written)) return undefined;
  const manifest = parseWhole(written, file);
  if (manifest !== undefined) {
    const { name, critical } = manifest;
    return { name, critical, duties: dutiesOf(manifest), manifest };
  }
  const { name, critical = false, hooks } = written;
  return {
    name: typeof name === "string" && isPluginName(name) ? name : undefined,
    // `critical: yes` is a text in YAML, and meant.
    critical: critical !== false && critical !== null,
    duties: isJsonObject(hooks) ? Object.entries(hooks).map(readDuty) : undefined,
    manifest,
  };
}

function parseWhole(written: JsonObject, file: string): Manifest | undefined {
  try {
    return parseManifest(written, file);
  } catch (error) {
    if (error instanceof BackworksError) return undefined;
    throw error;
  }
}

function readDuty([hook, declaration]: readonly [string, Json]): Duty {
  const written = isJsonObject(declaration) ? declaration["match"] : undefined;
  return { hook, match: (isJsonObject(written) ? readMatch(written) : undefined) ?? {} };
}

/** Nothing for one that is not understood to the last key: everything matches then. */
function readMatch(written: JsonObject): HookMatch | undefined {
  const lists: [string, readonly string[]][] = [];
  for (const [key, value] of Object.entries(written)) {
    if (!MATCH_KEYS.has(key) || !isTextList(value)) return undefined;
    if (key === "paths" && !value.every(isRequestPath)) return undefined;
    lists.push([key, key === "methods" ? value.map((text) => text.toUpperCase()) : value]);
  }
  return Object.fromEntries(lists);
}

function isTextList(value: Json): value is readonly string[] {
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string")
  );
}

function isRequestPath(path: string): boolean {
  if (!/^[/*]/.test(path)) return false;
  try {
    canonicalPath(path.replace(/\*$/, ""));
    return true;
  } catch (error) {
    if (error instanceof BackworksError) return false;
    throw error;
  }
}
