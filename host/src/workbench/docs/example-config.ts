import { parsePointer, printPath } from "../../config/node.ts";
import { compileSchema } from "../../config/schema.ts";
import { isJsonObject } from "../../contracts/json.ts";
import type { Json, JsonObject } from "../../contracts/json.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import type { CaseResult } from "../cases/run-case.ts";

export interface ExampleConfig {
  /** Undefined when the plugin works without any. */
  readonly config: JsonObject | undefined;
  /** What nobody can guess, a sentence each: the operator has to say it. */
  readonly lacks: readonly string[];
}

/** References of a schema into itself, and what is nested, end here. */
const DEPTH_MAX = 8;

/**
 * A configuration that the plugin's schema lets through: that of a case which has run with it, else the
 * least that the schema asks for.
 */
export function exampleConfig(
  { manifest: { configSchema } }: CheckedPlugin,
  cases: readonly CaseResult[],
): ExampleConfig {
  if (configSchema === undefined) return { config: undefined, lacks: [] };
  const check = compileSchema(configSchema);
  if (check({}).length === 0) return { config: undefined, lacks: [] };
  const ran = cases
    .filter(({ case: { written } }) => written.error === undefined)
    .map(({ case: { written } }) => written.config)
    .find((config) => config !== undefined && check(config).length === 0);
  if (ran !== undefined) return { config: ran, lacks: [] };
  const made = new Sampler(configSchema).sample(configSchema, 0);
  const config = isJsonObject(made) ? made : {};
  const lacks = check(config).map(({ pointer, message }) => {
    const path = printPath(parsePointer(pointer));
    return path === "" ? message : `${path}: ${message}`;
  });
  return { config, lacks };
}

class Sampler {
  readonly #root: JsonObject;

  constructor(root: JsonObject) {
    this.#root = root;
  }

  /** A value that most schemas of this shape take; what is wrong with it the check will say. */
  sample(written: Json | undefined, depth: number): Json {
    const schema = this.#resolve(written);
    if (depth > DEPTH_MAX) return null;
    const { const: only, default: preset, examples, enum: choices } = schema;
    for (const value of [only, preset, first(examples), first(choices)]) {
      if (value !== undefined) return value;
    }
    const branch = first(schema["oneOf"]) ?? first(schema["anyOf"]);
    const type = [schema["type"]].flat()[0] ?? typeBy(schema);
    if (type === undefined && branch !== undefined) return this.sample(branch, depth + 1);
    if (type === "object") return this.#object(schema, depth);
    if (type === "array") {
      const length = Math.min(numberOf(schema["minItems"]) ?? 0, 8);
      return Array.from({ length }, () => this.sample(schema["items"], depth + 1));
    }
    if (type === "integer" || type === "number") return sampleNumber(schema);
    if (type === "boolean") return false;
    return type === "null" ? null : sampleText(schema);
  }

  #object(schema: JsonObject, depth: number): JsonObject {
    const { required, properties } = schema;
    const keys = Array.isArray(required) ? required.filter((key) => typeof key === "string") : [];
    const known = isJsonObject(properties) ? properties : {};
    return Object.fromEntries(keys.map((key) => [key, this.sample(known[key], depth + 1)]));
  }

  /** References into the schema itself; no others can be followed. */
  #resolve(schema: Json | undefined): JsonObject {
    if (!isJsonObject(schema)) return {};
    const { $ref: reference, ...own } = schema;
    if (typeof reference !== "string" || !reference.startsWith("#/")) return schema;
    let target: Json | undefined = this.#root;
    for (const step of parsePointer(reference.slice(1))) {
      target = isJsonObject(target) && Object.hasOwn(target, step) ? target[step] : undefined;
    }
    return isJsonObject(target) ? { ...target, ...own } : own;
  }
}

function typeBy(schema: JsonObject): string | undefined {
  return "properties" in schema || "required" in schema ? "object" : undefined;
}

function sampleNumber(schema: JsonObject): number {
  const above = numberOf(schema["exclusiveMinimum"]);
  const least = numberOf(schema["minimum"]) ?? (above === undefined ? undefined : above + 1);
  const most = numberOf(schema["maximum"]) ?? numberOf(schema["exclusiveMaximum"]);
  const step = numberOf(schema["multipleOf"]) ?? 1;
  if (least === undefined) return most === undefined || most > 0 ? step : Math.floor(most) - 1;
  return Math.ceil(least / step) * step;
}

/** What the formats that people use look like. */
const FORMATS: Readonly<Record<string, string>> = {
  uri: "https://example.com/",
  "uri-reference": "/",
  hostname: "example.com",
  email: "ann@example.com",
  date: "2026-01-01",
  time: "00:00:00Z",
  "date-time": "2026-01-01T00:00:00Z",
  duration: "PT1H",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function sampleText({ format, minLength, maxLength }: JsonObject): string {
  const text = (typeof format === "string" ? FORMATS[format] : undefined) ?? "text";
  const long = text.padEnd(Math.min(numberOf(minLength) ?? 0, 80), "x");
  return format === undefined ? long.slice(0, numberOf(maxLength)) : long;
}

function first(list: Json | undefined): Json | undefined {
  return Array.isArray(list) ? list[0] : undefined;
}

function numberOf(value: Json | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}
