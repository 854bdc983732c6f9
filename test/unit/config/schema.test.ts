import { expect, test } from "vitest";
import { compilePattern } from "../../../host/src/config/pattern.ts";
import { compileSchema } from "../../../host/src/config/schema.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";

const SETTINGS: JsonObject = {
  type: "object",
  required: ["units"],
  additionalProperties: false,
  properties: {
    units: { enum: ["metric", "imperial"] },
    token: { type: "string", minLength: 10 },
    stations: {
      type: "array",
      maxItems: 2,
      uniqueItems: true,
      items: { type: "string", pattern: "^[A-Z]{4}$", examples: ["EDDK"] },
    },
    since: { type: "string", format: "date" },
    share: { type: "number", exclusiveMinimum: 0, maximum: 1 },
    level: { const: 3 },
    either: { anyOf: [{ type: "integer" }, { type: "string", maxLength: 2 }] },
    never: false,
    shape: { type: ["string", "null"] },
  },
};

test("a value that fits has no problems", () => {
  const check = compileSchema(SETTINGS);
  expect(check({ units: "metric", stations: ["EDDK"], since: "2026-01-31", share: 0.5 })).toEqual(
    [],
  );
});

test("each problem says where, what was expected and what was found, but no text that may be secret", () => {
  const problems = compileSchema(SETTINGS)({
    unit: "metric",
    units: "metrik",
    token: "hunter2",
    stations: ["eddk", "EDDK", "EDDK"],
    since: "soon",
    share: 0,
    level: 4,
    either: "abc",
    never: 1,
    shape: [1],
  });
  expect(problems.map(({ pointer, message }) => `${pointer} ${message}`)).toEqual([
    "/unit unknown key, did you mean units?",
    '/units expected "metric" or "imperial", found "metrik"',
    "/token expected text of at least 10 characters, found text of 7 characters",
    "/stations expected a list of at most 2 items, found a list",
    '/stations/0 expected text such as "EDDK", found text of 4 characters',
    "/stations expected a list without duplicates, found a list",
    "/since expected text in the format date, found text of 4 characters",
    "/share expected a value that must be > 0, found 0",
    "/level expected 3, found 4",
    "/either expected exactly one of the 2 forms of the schema, found text of 3 characters",
    "/never expected nothing here, found 1",
    "/shape expected text or nothing, found a list",
  ]);
});

test("missing keys and maps without keys are named", () => {
  expect(compileSchema(SETTINGS)({})).toEqual([
    {
      kind: "missing_key",
      pointer: "",
      message: 'the key "units" is missing',
      found: "nothing",
      expected: 'the key "units"',
    },
  ]);
  expect(compileSchema({ type: "object", additionalProperties: false })({ a: 1 })).toMatchObject([
    { kind: "unknown_key", pointer: "/a", message: "unknown key, expected no keys" },
  ]);
  expect(compileSchema({ propertyNames: { maxLength: 1 } })({ abc: 1 })).toMatchObject([
    { kind: "invalid_key", pointer: "/abc", found: '"abc"' },
  ]);
});

test("two schemas with one $id do not know of each other", () => {
  const part = { $id: "https://a.example/part", type: "string" };
  const schema = (type: string): JsonObject => ({
    $id: "https://a.example/all",
    properties: { a: { ...part, type }, b: { $ref: "https://a.example/part" } },
  });
  expect(compileSchema(schema("string"))({ b: 1 })).toHaveLength(1);
  expect(compileSchema(schema("number"))({ b: 1 })).toEqual([]);
});

test("each pattern of a schema is its own", () => {
  const check = compileSchema({
    properties: { a: { pattern: "^a$" }, b: { pattern: "^b$" } },
  });
  expect(check({ a: "a", b: "b" })).toEqual([]);
  expect(check({ a: "b", b: "a" })).toHaveLength(2);
});

const UNUSABLE: readonly [what: string, schema: JsonObject, reason: RegExp][] = [
  [
    "a type that does not exist",
    { type: "text" },
    /type: expected "array", .* or "string", found "text"$/,
  ],
  ["a misspelt keyword", { minLenght: 3 }, /unknown keyword: "minLenght"/],
  ["an unknown format", { format: "colour" }, /unknown format "colour"/],
  ["a reference to the net", { $ref: "https://a.example/schema.json" }, /can't resolve reference/],
  ["a reference to nothing", { $ref: "#/$defs/none" }, /can't resolve reference/],
  [
    "another dialect",
    { $schema: "http://json-schema.org/draft-07/schema#" },
    /expected https:\/\/json-schema\.org\/draft\/2020-12/,
  ],
  ["an asynchronous schema", { $async: true, type: "string" }, /"\$async" is not/],
  ["look-ahead", { pattern: "(?=a)b" }, /error parsing regexp/],
  ["a back reference", { pattern: "(a)\\1" }, /error parsing regexp/],
  ["a huge repetition", { pattern: "((a{1000}){1000})" }, /error parsing regexp/],
  ["a huge pattern", { pattern: "a".repeat(2000) }, /at most 1000 characters/],
  ["deep nesting", nest(100), /nested too deep: expected at most 64 levels/],
  ["great length", { description: "x".repeat(300_000) }, /expected at most 262144/],
];

test.each(UNUSABLE)("a schema with %s is refused with the reason", (_, schema, reason) => {
  expect(() => compileSchema(schema)).toThrow(
    expect.objectContaining({
      code: "plugin_manifest_invalid",
      message: expect.stringMatching(
        new RegExp(`^config_schema is no usable JSON Schema: .*${reason.source}`),
      ),
    }),
  );
});

test("a pattern takes linear time, whatever it says", () => {
  const check = compileSchema({ pattern: "^(a+)+$" });
  expect(check("a".repeat(50_000))).toEqual([]);
  expect(check(`${"a".repeat(50_000)}!`)).toHaveLength(1);
});

test("patterns mean what JSON Schema says: found anywhere, with Unicode", () => {
  expect(compilePattern("b").test("abc")).toBe(true);
  expect(compilePattern("^\\u0041\\p{L}$").test("Aé")).toBe(true);
  expect(compilePattern("^[\\w-]+\\/$").test("a-b/")).toBe(true);
});

test("a schema that refers to itself without end is stopped", () => {
  const check = compileSchema({ $ref: "#" });
  expect(() => check(1)).toThrow(/refers to itself without end/);
});

test("a schema that multiplies is stopped after a second", () => {
  const $defs: Record<string, JsonObject> = { d40: { type: "integer" } };
  for (let at = 0; at < 40; at++) {
    const next = { $ref: `#/$defs/d${at + 1}` };
    $defs[`d${at}`] = { allOf: [next, next] };
  }
  const check = compileSchema({ $ref: "#/$defs/d0", $defs });
  expect(() => check(1)).toThrow(/takes longer than 5000 ms/);
});

function nest(levels: number): JsonObject {
  let schema: JsonObject = {};
  for (let at = 0; at < levels; at++) schema = { items: schema };
  return schema;
}
