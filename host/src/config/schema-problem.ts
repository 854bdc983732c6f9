import type { ErrorObject } from "ajv/dist/2020.js";
import { NAME_PATTERN } from "../contracts/manifest.ts";
import { escapeText } from "../lib/escape.ts";
import { nearest } from "../lib/suggest.ts";
import { printPointer } from "./node.ts";

export interface SchemaProblem {
  readonly kind: "unknown_key" | "missing_key" | "invalid_key" | "invalid_value";
  /** JSON pointer of the key or value in question; of the map, when a key is missing. */
  readonly pointer: string;
  /** Reads on after the key path and a colon: `expected an integer, found "abc"`. */
  readonly message: string;
  readonly found: string;
  readonly expected: string;
}

/** A long list of wrong items gives one error each; nobody reads more than the first ones. */
const ERRORS_MAX = 200;

/** Keywords whose errors only repeat the errors of their parts. */
const ECHOES: ReadonlySet<string> = new Set(["if", "propertyNames"]);

/**
 * How a text that does not fit is described. Settings of plugins hold passwords and keys, and messages
 * go to logs: of them only the length is told.
 */
export type Telling = "values" | "lengths";

/** Turns ajv's errors into sentences: one for each place and expectation. */
export function toProblems(errors: readonly ErrorObject[], telling: Telling): SchemaProblem[] {
  const bounded = errors.slice(0, ERRORS_MAX);
  const choices = bounded.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  const problems = new Map<string, SchemaProblem>();
  for (const error of bounded) {
    if (ECHOES.has(error.keyword)) continue;
    // Why each form of a choice does not fit is noise beside the fact that none does.
    if (choices.some((choice) => isPartOf(error, choice))) continue;
    const problem = toProblem(error, telling);
    problems.set(`${problem.pointer} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

function isPartOf(error: ErrorObject, choice: ErrorObject): boolean {
  return error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`);
}

function toProblem(error: ErrorObject, telling: Telling): SchemaProblem {
  const { keyword, instancePath, params } = error;
  const schema: Readonly<Record<string, unknown>> = error.parentSchema ?? {};
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    return unknownKey(instancePath, String(Object.values(params)[0]), schema);
  }
  if (keyword === "required" || keyword === "dependentRequired") {
    const key = String(params["missingProperty"]);
    const message = `the key ${quote(key)} is missing`;
    const expected = `the key ${quote(key)}`;
    return { kind: "missing_key", pointer: instancePath, message, found: "nothing", expected };
  }
  const expected = expectation(error, schema);
  if (error.propertyName !== undefined) {
    const pointer = instancePath + printPointer([error.propertyName]);
    const found = quote(error.propertyName);
    const near = nearest(error.propertyName, listOf(schema["enum"]).map(String));
    const message =
      near === undefined
        ? `expected a key that is ${expected}`
        : `unknown key, did you mean ${near}?`;
    return { kind: "invalid_key", pointer, message, found, expected };
  }
  const found = describe(error.data, isChoice(keyword) ? "values" : telling);
  const message = `expected ${expected}, found ${found}`;
  return { kind: "invalid_value", pointer: instancePath, message, found, expected };
}

function unknownKey(
  instancePath: string,
  key: string,
  schema: Readonly<Record<string, unknown>>,
): SchemaProblem {
  const known = Object.keys(schema["properties"] ?? {});
  const near = nearest(key, known);
  const list = known.length === 0 ? "no keys" : `one of ${known.join(", ")}`;
  const expected = near === undefined ? list : quote(near);
  const message =
    near === undefined ? `unknown key, expected ${list}` : `unknown key, did you mean ${near}?`;
  const pointer = instancePath + printPointer([key]);
  return { kind: "unknown_key", pointer, message, found: quote(key), expected };
}

/** What the schema wants in the place of an error, as a noun phrase. */
function expectation(error: ErrorObject, schema: Readonly<Record<string, unknown>>): string {
  if (MIXED.has(error.keyword) && isNumberOrText(schema)) {
    if (MILLISECONDS.test(String(error.data))) return "0.001 ms to 999999.999 ms";
    const number = typeAndRange({ ...schema, type: "integer" }, error);
    return `${number}, or ${textLike(schema, "pattern")}`;
  }
  switch (error.keyword) {
    case "enum":
      return oneOf(listOf(schema["enum"]).map(print));
    case "const":
      return print(schema["const"]);
    case "pattern":
    case "format":
      return textLike(schema, error.keyword);
    case "type":
      return isTextWithExample(schema) ? textLike(schema, "pattern") : typeAndRange(schema, error);
    case "minimum":
    case "maximum":
    case "minLength":
    case "maxLength":
    case "minItems":
    case "maxItems":
      return typeAndRange(schema, error);
    case "minProperties":
      return `a map with more keys, at least ${print(schema["minProperties"])}`;
    case "uniqueItems":
      return "a list without duplicates";
    case "false schema":
      return "nothing here";
    case "anyOf":
    case "oneOf":
      return `exactly one of the ${listOf(schema[error.keyword]).length} forms of the schema`;
    default:
      return `a value that ${escapeText(error.message ?? `passes ${error.keyword}`, 200)}`;
  }
}

/** What is wrong with such a value is in what it should have been, whatever keyword found it. */
const MIXED: ReadonlySet<string> = new Set(["type", "minimum", "maximum", "pattern"]);

/** Written as it should be, so that it can only be too much, or too little. */
const MILLISECONDS = /^\d+(?:\.\d+)? ?ms$/;

/** `11000000` or `20 ms`. */
function isNumberOrText(schema: Readonly<Record<string, unknown>>): boolean {
  const types = listOf(schema["type"]);
  return types.includes("integer") && types.includes("string") && schema["pattern"] !== undefined;
}

/** `memory: 16`: that it is to be text helps less than what such a text is. */
function isTextWithExample(schema: Readonly<Record<string, unknown>>): boolean {
  return schema["type"] === "string" && schema["pattern"] !== undefined;
}

/** Patterns that are easier said than matched. */
const NAME = "lower case letters, digits and hyphens, a letter first, at most 64 characters";
const SAID: Readonly<Record<string, string>> = {
  [NAME_PATTERN]: NAME,
  "^(?:[a-z][a-z0-9-]{0,63}|auto_discover)$": NAME,
};

function textLike(
  schema: Readonly<Record<string, unknown>>,
  keyword: "pattern" | "format",
): string {
  const examples = listOf(schema["examples"]).filter((example) => typeof example === "string");
  const said = SAID[String(schema["pattern"])];
  const text = said === undefined ? "text" : `text of ${said},`;
  if (examples.length > 0) return `${text} such as ${oneOf(examples.slice(0, 3).map(print))}`;
  const rule = escapeText(String(schema[keyword]), 100);
  return keyword === "format" ? `text in the format ${rule}` : `text matching ${rule}`;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  integer: "an integer",
  null: "nothing",
  number: "a number",
  object: "a map",
  string: "text",
};

function typeAndRange(schema: Readonly<Record<string, unknown>>, error: ErrorObject): string {
  const names = [schema["type"] ?? "value"].flat().map(String);
  const types = oneOf(names.map((name) => TYPE_NAMES[name] ?? `a ${name}`));
  if (error.keyword.endsWith("Length")) {
    return types + range(schema["minLength"], schema["maxLength"], " characters");
  }
  if (error.keyword.endsWith("Items")) {
    return types + range(schema["minItems"], schema["maxItems"], " items");
  }
  return types + range(schema["minimum"], schema["maximum"], "");
}

function range(from: unknown, to: unknown, unit: string): string {
  if (from !== undefined && to !== undefined) {
    return ` ${unit === "" ? "from" : "of"} ${print(from)} to ${print(to)}${unit}`;
  }
  if (from !== undefined) return ` of at least ${print(from)}${unit}`;
  return to === undefined ? "" : ` of at most ${print(to)}${unit}`;
}

/** One of a few known words is no secret, and neither is what was meant to be one. */
function isChoice(keyword: string): boolean {
  return keyword === "enum" || keyword === "const";
}

/** A value in a few words, safe for a terminal. */
function describe(value: unknown, telling: Telling): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty map" : "a map";
  if (typeof value === "string" && telling === "lengths")
    return `text of ${value.length} characters`;
  return print(value);
}

function print(value: unknown): string {
  return typeof value === "string" ? quote(value) : escapeText(JSON.stringify(value), 60);
}

function quote(text: string): string {
  return `"${escapeText(text, 60)}"`;
}

function oneOf(items: readonly string[]): string {
  if (items.length < 2) return items[0] ?? "nothing";
  return `${items.slice(0, -1).join(", ")} or ${items.at(-1)}`;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
