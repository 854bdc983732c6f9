import { expect, test } from "vitest";
import { parseManifest } from "../../../host/src/config/manifest.ts";
import { HOOKS, isEditsHookName, isExchangeHookName } from "../../../host/src/contracts/hooks.ts";

const SMALL = { abi: 1, name: "weather", version: "1.0.0" };

test("every hook of the table may be declared, bare or empty", () => {
  for (const bare of [null, {}]) {
    const hooks = Object.fromEntries(Object.keys(HOOKS).map((name) => [name, bare]));
    const manifest = parseManifest({ ...SMALL, hooks }, "weather.wasm");
    expect(Object.keys(manifest.hooks)).toEqual(Object.keys(HOOKS));
  }
});

test.each(Object.keys(HOOKS))("%s has the keys of its kind and no others", (name) => {
  const expected = isExchangeHookName(name)
    ? [
        "match",
        "reads",
        "priority",
        "before",
        "after",
        ...(isEditsHookName(name) ? ["writes"] : []),
      ]
    : [];
  const values = { match: {}, reads: {}, writes: {}, priority: 1, before: [], after: [] };
  const taken = Object.entries(values).filter(([key, value]) => {
    try {
      parseManifest({ ...SMALL, hooks: { [name]: { [key]: value } } }, "weather.wasm");
      return true;
    } catch {
      return false;
    }
  });
  expect(taken.map(([key]) => key).toSorted()).toEqual(expected.toSorted());
});

test("hooks that judge by who sends a request are told without asking, the others are not", () => {
  const hooks = {
    authorize: {},
    audit_log: { reads: { context: ["auth", "x"] } },
    authenticate: {},
  };
  const { authorize, audit_log, authenticate } = parseManifest({ ...SMALL, hooks }, "w").hooks;
  expect(authorize?.reads.context).toEqual(["auth"]);
  expect(audit_log?.reads.context).toEqual(["auth", "x"]);
  expect(authenticate?.reads.context).toEqual([]);
});

test("a hook that judges writes nothing", () => {
  const { hooks } = parseManifest({ ...SMALL, hooks: { authorize: {} } }, "weather.wasm");
  expect(hooks.authorize?.writes).toMatchObject({ headers: [], status: false, context: [] });
});
