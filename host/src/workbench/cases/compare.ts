import { isDeepStrictEqual } from "node:util";
import { printPath, type ConfigPath } from "../../config/node.ts";
import type { HeaderList } from "../../contracts/exchange.ts";
import type { Json } from "../../contracts/json.ts";
import { escapeText } from "../../lib/escape.ts";

const SHOWN_MAX = 300;

/** Says how `found` differs from what is wanted: members that are not named may be anything. */
export function compareJson(found: unknown, wanted: Json, path: ConfigPath): string[] {
  if (typeof wanted !== "object" || wanted === null) {
    return isDeepStrictEqual(found, wanted) ? [] : [differs(path, wanted, found)];
  }
  if (Array.isArray(wanted)) {
    const isList = Array.isArray(found) && found.length === wanted.length;
    if (!isList) return [differs(path, wanted, found)];
    return wanted.flatMap((item: Json, at) => compareJson(found[at], item, [...path, at]));
  }
  if (typeof found !== "object" || found === null || Array.isArray(found)) {
    return [differs(path, wanted, found)];
  }
  const members: Readonly<Record<string, unknown>> = { ...found };
  return Object.entries(wanted).flatMap(([key, value]) =>
    compareJson(members[key], value, [...path, key]),
  );
}

/** The same for bytes: text as a whole, or members of the JSON they hold. */
export function compareBytes(found: Uint8Array, wanted: Json, path: ConfigPath): string[] {
  const text = new TextDecoder().decode(found);
  if (typeof wanted === "string") return text === wanted ? [] : [differs(path, wanted, text)];
  try {
    return compareJson(JSON.parse(text), wanted, path);
  } catch {
    return [
      `${printPath(path)}: expected ${print(wanted)}, found ${print(text)}, which is no JSON`,
    ];
  }
}

/** The same for headers: null is none, and several of one name are joined. */
export function compareHeaders(
  found: HeaderList,
  wanted: Readonly<Record<string, string | null>>,
  path: ConfigPath,
): string[] {
  return Object.entries(wanted).flatMap(([name, value]) => {
    const all = found.filter(([each]) => each === name.toLowerCase()).map(([, text]) => text);
    const joined = all.length === 0 ? null : all.join(", ");
    return joined === value ? [] : [differs([...path, name], value, joined)];
  });
}

export function differs(path: ConfigPath, wanted: unknown, found: unknown): string {
  return `${printPath(path)}: expected ${print(wanted)}, found ${print(found)}`;
}

function print(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  return escapeText(JSON.stringify(value), SHOWN_MAX);
}
