import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import golden from "../../golden/wasmtime/fuel.json" with { type: "json" };
import { FUELLED, Metered } from "../../support/metered.ts";

const FOLDER = new URL("../../golden/wasmtime/", import.meta.url);

test.each(golden.calls)(
  "exact accounting counts what Wasmtime counts: $function($arguments) of $module",
  async ({ module, function: name, arguments: parameters, result, fuel }) => {
    const text = await readFile(new URL(module, FOLDER), "utf8");
    const policy = { ...FUELLED, accounting: "exact" } as const;
    expect(new Metered(text, policy).call(name, ...parameters)).toBe(result);
    expect(new Metered(text, policy).spend(name, ...parameters)).toBe(fuel);
  },
);
