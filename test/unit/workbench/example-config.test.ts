import { describe, expect, test } from "vitest";
import { interpolate } from "../../../host/src/config/interpolate.ts";
import { toJson } from "../../../host/src/config/node.ts";
import { printConfigYaml } from "../../../host/src/config/print-yaml.ts";
import { Problems } from "../../../host/src/config/problems.ts";
import { readYaml } from "../../../host/src/config/read.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { checkPluginBytes } from "../../../host/src/plugins/check.ts";
import { parseCases } from "../../../host/src/workbench/cases/read-cases.ts";
import { runCase } from "../../../host/src/workbench/cases/run-case.ts";
import {
  exampleConfig,
  type ExampleConfig,
} from "../../../host/src/workbench/docs/example-config.ts";
import { buildFiles } from "../../support/plugins.ts";

async function exampleOf(schema: JsonObject | undefined, cases = "[]"): Promise<ExampleConfig> {
  const manifest = {
    name: "sample",
    version: "1.0.0",
    hooks: { start: {} },
    ...(schema && { config_schema: schema }),
  };
  const { bytes } = await buildFiles({
    "plugin.yaml": JSON.stringify(manifest),
    "plugin.ts": "export function start() {}",
  });
  const plugin = await checkPluginBytes(bytes, "sample.wasm");
  const results = [];
  for (const each of parseCases(cases, "cases.yaml")) results.push(await runCase(plugin, each));
  return exampleConfig(plugin, results);
}

const KEYS: readonly [schema: JsonObject, value: unknown][] = [
  [{ type: "string" }, "text"],
  [{ type: "string", minLength: 6, maxLength: 8 }, "textxx"],
  [{ type: "string", maxLength: 2 }, "te"],
  [{ type: "string", format: "uri" }, "https://example.com/"],
  [{ type: "string", pattern: "^a+$", examples: ["aa"] }, "aa"],
  [{ enum: ["town", "hamlet"] }, "town"],
  [{ const: 7 }, 7],
  [{ type: "integer", default: 3 }, 3],
  [{ type: "integer", minimum: 2 }, 2],
  [{ type: "number", exclusiveMinimum: 2 }, 3],
  [{ type: "integer", maximum: -5 }, -6],
  [{ type: "integer", minimum: 3, multipleOf: 5 }, 5],
  [{ type: "boolean" }, false],
  [{ type: ["null", "string"] }, null],
  [{ type: "array", minItems: 2, items: { type: "boolean" } }, [false, false]],
  [{ oneOf: [{ type: "string" }, { type: "integer" }] }, "text"],
  [{ $ref: "#/$defs/place" }, { kind: "text" }],
];

describe("a configuration for the page of a plugin", () => {
  test.each(KEYS)("is the least that %j lets through", async (schema, value) => {
    const place = {
      type: "object",
      required: ["kind"],
      properties: { kind: { type: "string" }, more: { type: "string" } },
    };
    const properties = { key: schema, other: { type: "string" } };
    const of = { type: "object", required: ["key"], properties, $defs: { place } };
    expect(await exampleOf(of)).toEqual({ config: { key: value }, lacks: [] });
  });

  test("is none where none is needed", async () => {
    const none = { config: undefined, lacks: [] };
    expect(await exampleOf(undefined)).toEqual(none);
    expect(await exampleOf({ type: "object", properties: { key: {} } })).toEqual(none);
  });

  test("says what it cannot guess", async () => {
    const properties = { key: { type: "string", pattern: "^[0-9]{4}-[A-Z]+$" } };
    const { config, lacks } = await exampleOf({ type: "object", required: ["key"], properties });
    expect(config).toEqual({ key: "text" });
    expect(lacks).toEqual([expect.stringMatching(/^key: .*\^\[0-9\]\{4\}-\[A-Z\]\+\$/)]);
  });

  test("is that of a case which ran with it, and not of one that expects a refusal", async () => {
    const schema = { type: "object", required: ["key"], properties: { key: { type: "string" } } };
    const cases = `
- { name: refused, hook: start, config: { key: 7 }, error: key }
- { name: runs, hook: start, config: { key: mine } }
`;
    expect((await exampleOf(schema, cases)).config).toEqual({ key: "mine" });
  });
});

test("texts of a configuration that look like variables come out as they went in", () => {
  const config = { key: "a ${HOME} and ${id}", "n ${X}": ["$${Y}"] };
  const problems = new Problems();
  const node = interpolate(readYaml(printConfigYaml({ key: config.key }), "x"), {}, problems);
  problems.throwIfAny();
  expect(toJson(node)).toEqual({ key: config.key });
});
