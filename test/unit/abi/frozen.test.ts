import { readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readManifestYaml } from "../../../host/src/config/manifest.ts";
import manifestSchema from "../../../schemas/plugin-manifest.schema.json" with { type: "json" };
import today from "../../../schemas/abi-v1.json" with { type: "json" };
import frozen from "../../golden/abi/abi-v1.frozen.json" with { type: "json" };
import { GOLDEN, MODULES, readModule } from "../../support/golden-abi.ts";

const ONLY_GROWS =
  "ABI 1 only grows, since plugins are built for it already: what test/golden/abi/abi-v1.frozen.json holds is neither removed nor changed. A new thing gets a name of its own";
const STILL_READ =
  "plugins carry such manifests: the schema may have more keys, and accepts what it has accepted";
const NO_MODULE =
  "what ABI 1 has is held by golden modules: add one that uses it (test/golden/abi/README.md)";

type Rows = readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];

/** Says of each frozen row what has become of it; what a row has besides may be anything. */
function findBroken(frozenRows: Rows, rows: Rows): string[] {
  const idOf = ({ namespace, name }: Rows[number]): string => [namespace, name].join(" ").trim();
  const known = new Map(rows.map((row) => [idOf(row), row]));
  return frozenRows.flatMap((row) => {
    const found = known.get(idOf(row));
    if (found === undefined) return [`${idOf(row)} is gone`];
    return Object.entries(row)
      .filter(([key, value]) => !isDeepStrictEqual(found[key], value))
      .map(([key, value]) => {
        const [was, is] = [JSON.stringify(value), JSON.stringify(found[key])];
        return `${idOf(row)}: ${key} was ${was}, and is ${is}`;
      });
  });
}

function rowsOfFaults(faults: Readonly<Record<string, number>>): Rows {
  return Object.entries(faults).map(([name, code]) => ({ name, code }));
}

test("every function of ABI 1.0 is there, with its signature and the right it needs", () => {
  expect(findBroken(frozen.functions, today.functions), ONLY_GROWS).toEqual([]);
});

test("every hook of ABI 1.0 is there, with its signature, input and output", () => {
  expect(findBroken(frozen.hooks, today.hooks), ONLY_GROWS).toEqual([]);
});

test("every fault of ABI 1.0 has its number, and no number stands for two", () => {
  expect(today.abi, ONLY_GROWS).toBe(frozen.abi);
  expect(findBroken(rowsOfFaults(frozen.faults), rowsOfFaults(today.faults)), ONLY_GROWS).toEqual(
    [],
  );
  const codes = Object.values(today.faults);
  expect(new Set(codes).size).toBe(codes.length);
});

test("what is gone, and what has another signature, is told by its name", () => {
  const row = { namespace: "extism:host/user", name: "bw_a", params: ["i64"], results: ["i64"] };
  const added = { ...row, name: "bw_b" };
  expect(findBroken([row], [added, { ...row, doc: "Does." }])).toEqual([]);
  expect(findBroken([row], [added])).toEqual(["extism:host/user bw_a is gone"]);
  expect(findBroken([row], [{ ...row, params: ["i64", "i64"] }])).toEqual([
    'extism:host/user bw_a: params was ["i64"], and is ["i64","i64"]',
  ]);
});

test("every function and every hook has a golden module", async () => {
  const plugins = await Promise.all(MODULES.map(async (name) => readModule(name)));
  const used = new Set(
    plugins.flatMap(({ summary, manifest }) => [
      ...summary.imports.map(({ module, name }) => `${module} ${name}`),
      ...Object.keys(manifest.hooks),
    ]),
  );
  const functions = today.functions.map(({ namespace, name }) => `${namespace} ${name}`);
  const known = [...functions, ...today.hooks.map(({ name }) => name)];
  const missing = known.filter((name) => !used.has(name));
  expect(missing, NO_MODULE).toEqual([]);
});

/** Also those beside modules; what a module carries itself is checked when it is read. */
const MANIFESTS = readdirSync(GOLDEN, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".plugin.yaml"))
  .toSorted()
  .map((file) => ({ file, url: new URL(file, GOLDEN) }));

describe("manifests of ABI 1", () => {
  test.each(MANIFESTS)("$file is accepted", ({ file, url }) => {
    expect(() => readManifestYaml(readFileSync(url, "utf8"), file), STILL_READ).not.toThrow();
  });

  test("have every key that manifests have", () => {
    const used = new Set(MANIFESTS.flatMap(({ url }) => keysOf(parse(readFileSync(url, "utf8")))));
    const missing = propertiesOf(manifestSchema).filter((key) => !used.has(key));
    expect(missing, "add the new key to a new file in test/golden/abi/manifests").toEqual([]);
  });
});

function keysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...keysOf(each)]);
}

/** Names of all properties that a schema describes. */
function propertiesOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) => {
    if (key === "examples") return [];
    const names = key === "properties" ? Object.keys(Object(value)) : [];
    return [...names, ...propertiesOf(value)];
  });
}
