import { isJsonObject } from "../../contracts/json.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";

/** Deeper levels of a configuration are told by their own descriptions. */
const DEPTH_MAX = 4;

/** The keys of a JSON Schema for a configuration, a row each: key, what it is, what it means. */
export function schemaRows(schema: JsonObject, path = "", depth = 0): string[][] {
  const properties = objectOf(schema["properties"]);
  const required = new Set(Array.isArray(schema["required"]) ? schema["required"] : []);
  return Object.entries(properties).flatMap(([key, value]) => {
    const property = objectOf(value);
    const name = `${path}${key}`;
    const row = [name, describeType(property, required.has(key)), describeMeaning(property)];
    if (depth === DEPTH_MAX) return [row];
    const below = [
      ...schemaRows(property, `${name}.`, depth + 1),
      ...schemaRows(objectOf(property["items"]), `${name}[].`, depth + 1),
      ...schemaRows(objectOf(property["additionalProperties"]), `${name}.*.`, depth + 1),
    ];
    return [row, ...below];
  });
}

function describeType(property: JsonObject, isRequired: boolean): string {
  const { type, enum: choices, const: only } = property;
  const shown =
    only !== undefined
      ? print(only)
      : Array.isArray(choices)
        ? choices.map(print).join(", ")
        : [type ?? "any"].flat().map(String).join(" or ");
  return isRequired ? `${shown}, required` : shown;
}

const BOUNDS: readonly (readonly [keyword: string, words: string])[] = [
  ["minimum", "at least"],
  ["exclusiveMinimum", "above"],
  ["maximum", "at most"],
  ["exclusiveMaximum", "below"],
  ["minLength", "at least this long:"],
  ["maxLength", "at most this long:"],
  ["minItems", "entries, at least"],
  ["maxItems", "entries, at most"],
  ["pattern", "matches"],
  ["format", "written as"],
];

function describeMeaning(property: JsonObject): string {
  const { description, default: preset } = property;
  const bounds = BOUNDS.flatMap(([keyword, words]) => {
    const bound = property[keyword];
    return bound === undefined ? [] : [`${words} ${print(bound)}`];
  });
  const parts = [
    ...(typeof description === "string" ? [description] : []),
    ...(bounds.length > 0 ? [`(${bounds.join(", ")})`] : []),
    ...(preset === undefined ? [] : [`Default: ${print(preset)}.`]),
  ];
  return parts.join(" ");
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function print(value: Json): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
