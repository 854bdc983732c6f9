import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../../host/src/contracts/json.ts";
import { isObscure, salvageManifest } from "../../../host/src/plugins/duties.ts";

const BAD = { abi: 1, name: "guard", version: "one" };

function dutiesOf(hooks: Json): unknown {
  return salvageManifest({ ...BAD, hooks }, "guard.wasm")?.duties;
}

test("of a manifest that is right nothing is guessed", () => {
  const match = { routes: ["a"] };
  const manifest = { ...BAD, version: "1.0.0", critical: true, hooks: { authorize: { match } } };
  expect(salvageManifest(manifest, "guard.wasm")).toMatchObject({
    name: "guard",
    critical: true,
    duties: [{ hook: "authorize", match }],
    manifest: { version: "1.0.0" },
  });
});

test("of a manifest that is wrong name, hooks, matches and critical are read", () => {
  const match = { routes: ["a"], methods: ["get"], paths: ["/a/*"] };
  const hooks = { authorize: { match, reads: 7 }, nonsense: null };
  expect(salvageManifest({ ...BAD, critical: true, hooks }, "guard.wasm")).toEqual({
    name: "guard",
    critical: true,
    duties: [
      { hook: "authorize", match: { ...match, methods: ["GET"] } },
      { hook: "nonsense", match: {} },
    ],
    manifest: undefined,
  });
});

test.each<[string, Json]>([
  ["an unknown key", { route: ["a"] }],
  ["a text in the place of a list", { routes: "a" }],
  ["no entries", { routes: [] }],
  ["an entry that is no text", { methods: [7] }],
  ["a path that no request has", { paths: ["/a/../b"] }],
  ["a path without a slash", { paths: ["a"] }],
  ["no map", ["a"]],
])("a match with %s is all requests", (_what, match) => {
  expect(dutiesOf({ authorize: { match } })).toEqual([{ hook: "authorize", match: {} }]);
});

test.each<[Json, boolean]>([
  [true, true],
  ["yes", true],
  [1, true],
  [false, false],
  [null, false],
])("critical: %j is read as %j", (critical, read) => {
  expect(salvageManifest({ ...BAD, critical }, "guard.wasm")?.critical).toBe(read);
});

test("a manifest that is nested too deep keeps its hooks", () => {
  const deep: Json = JSON.parse(`${'{"a":'.repeat(70)}1${"}".repeat(70)}`);
  const manifest = { ...BAD, version: "1.0.0", hooks: { authorize: {} }, config_schema: deep };
  expect(salvageManifest(manifest, "guard.wasm")).toMatchObject({
    duties: [{ hook: "authorize", match: {} }],
    manifest: undefined,
  });
});

test("hooks that are no map are known to nobody", () => {
  expect(dutiesOf(["authorize"])).toBeUndefined();
  expect(isObscure(undefined)).toBe(true);
});

test.each<[string, Json]>([
  ["a list", []],
  ["a text", "guard"],
  ["nothing", null],
])("%s is no manifest", (_what, written) => {
  expect(salvageManifest(written, "guard.wasm")).toBeUndefined();
});

test("any JSON is read or not, and its hooks are never fewer than were written", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })), (hooks) => {
      const salvage = salvageManifest({ ...BAD, hooks: hooks as Json }, "guard.wasm");
      expect(salvage?.duties?.map(({ hook }) => hook)).toEqual(Object.keys(hooks));
    }),
  );
});
