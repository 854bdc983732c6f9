import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileSchema } from "../../../host/src/config/schema.ts";
import { NAME_PATTERN } from "../../../host/src/contracts/manifest.ts";
import { HOOKS } from "../../../host/src/contracts/hooks.ts";
import type { Json, JsonObject } from "../../../host/src/contracts/json.ts";

interface Part {
  readonly path: string;
  readonly schema: JsonObject;
  /** The schema of a key people write, not of its items or of a shared part. */
  readonly isKey: boolean;
}

const NAMES = ["cases", "config", "plugin-manifest", "recording"] as const;

test.each(NAMES)("every key of %s.schema.json is described in sentences", (name) => {
  const keys = partsOf(readSchema(name), "#").filter(({ isKey }) => isKey);
  expect(keys.length).toBeGreaterThan(20);
  const bare = keys.filter(({ schema }) => !isSentence(schema["description"]));
  expect(bare.map(({ path }) => path)).toEqual([]);
});

test.each(NAMES)("every key of %s.schema.json has examples, or parts that have", (name) => {
  const keys = partsOf(readSchema(name), "#").filter(({ isKey }) => isKey);
  const known = ["examples", "$ref", "properties"];
  const bare = keys.filter(({ schema }) => !known.some((keyword) => keyword in schema));
  expect(bare.map(({ path }) => path)).toEqual([]);
});

test.each(NAMES)("every example of %s.schema.json is valid", (name) => {
  const root = readSchema(name);
  const wrong = partsOf(root, "#").flatMap(({ path, schema }) => {
    const { examples } = schema;
    if (!Array.isArray(examples)) return [];
    const check = compileSchema({ ...schema, $defs: root["$defs"] ?? {} });
    return examples.flatMap((example) =>
      check(example).map(({ message }) => `${path}: ${message}`),
    );
  });
  expect(wrong).toEqual([]);
});

test("the manifest schema knows exactly the hooks of the ABI", () => {
  const paths = partsOf(readSchema("plugin-manifest"), "#").map(({ path }) => path);
  const start = "#/properties/hooks/properties/";
  const hooks = paths
    .filter((path) => path.startsWith(start))
    .map((path) => path.slice(start.length));
  expect(hooks.toSorted()).toEqual(Object.keys(HOOKS).toSorted());
});

test("limits of manifests and of the configuration are one fragment", () => {
  const config = readSchema("config");
  const manifest = readSchema("plugin-manifest");
  const at = (schema: JsonObject, path: string): Json | undefined =>
    path.split("/").reduce((part: Json | undefined, key) => {
      return part !== undefined && isObject(part) ? part[key] : undefined;
    }, schema);
  const asked = at(manifest, "properties/limits/properties");
  expect(asked).toBeDefined();
  expect(at(config, "$defs/limits/properties")).toMatchObject(Object(asked));
  expect(at(config, "$defs/callLimits")).toEqual(at(manifest, "$defs/callLimits"));
});

test.each(["config", "plugin-manifest"])("%s has the host's own pattern of names", (name) => {
  expect(readSchema(name)).toMatchObject({ $defs: { pluginName: { pattern: NAME_PATTERN } } });
});

function readSchema(name: string): JsonObject {
  const url = new URL(`../../../schemas/${name}.schema.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

/** Every schema in a schema. */
function partsOf(schema: JsonObject, path: string, isKey = false): Part[] {
  const parts: Part[] = path === "#" ? [] : [{ path, schema, isKey }];
  for (const [keyword, value] of Object.entries(schema)) {
    if (!isObject(value)) continue;
    if (keyword === "properties" || keyword === "$defs") {
      for (const [key, part] of Object.entries(value)) {
        if (!isObject(part)) continue;
        parts.push(...partsOf(part, `${path}/${keyword}/${key}`, keyword === "properties"));
      }
    }
    if (["items", "additionalProperties", "propertyNames"].includes(keyword)) {
      parts.push(...partsOf(value, `${path}/${keyword}`));
    }
  }
  return parts;
}

function isSentence(value: Json | undefined): boolean {
  return typeof value === "string" && value.endsWith(".");
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
