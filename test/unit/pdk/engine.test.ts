import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  ENGINE_FILE,
  ENGINE_SHA256,
  hashOf,
  readEngine,
} from "../../../pdk-ts/src/build/engine.ts";
import { buildEngine } from "../../../pdk-ts/src/engine/build-engine.ts";
import { AUTHOR_HOOKS, HOOKS } from "../../../pdk-ts/src/hooks.ts";
import * as runners from "../../../pdk-ts/src/runtime/runners.ts";
import { SERVICES } from "../../../pdk-ts/src/services.ts";
import { HOOKS as HOST_TABLE } from "../../../host/src/contracts/hooks.ts";
import { USER_FUNCTIONS, type UserFunction } from "../../../host/src/abi/user.ts";

test("the engine is made from the pinned packages, each time to the same byte", async () => {
  const engine = await buildEngine();
  expect(hashOf(engine)).toBe(ENGINE_SHA256);
  expect(hashOf(await readFile(ENGINE_FILE))).toBe(ENGINE_SHA256);
});

test("the engine has an export for every hook of ABI 1, of the type of a hook", async () => {
  const module = await WebAssembly.compile(await readEngine());
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  expect(HOOKS.map(({ name }) => exports.get(name))).toEqual(HOOKS.map(() => "function"));
  expect(new Set(HOOKS.map(({ name }) => name)).size).toBe(21);
});

test("every hook of the engine can be written, and run", () => {
  const names = HOOKS.map(({ name }) => name).toSorted();
  expect(Object.keys(AUTHOR_HOOKS).toSorted()).toEqual(names);
  expect(Object.keys(runners).toSorted()).toEqual(names);
  expect(Object.keys(HOST_TABLE).toSorted()).toEqual(names);
});

test("the engine has a slot for every function of the host, with its parameters", () => {
  const known = Object.entries<UserFunction>(USER_FUNCTIONS);
  expect(SERVICES).toEqual(
    known.map(([name, { signature, capability = "any" }]) => {
      return { name, parameters: signature.indexOf(">"), capability };
    }),
  );
  expect(known.every(([, { signature }]) => /^l{0,4}>l$/.test(signature))).toBe(true);
});

test("the engine imports nothing but the kernel's functions, the clock, random numbers and the host's", async () => {
  const module = await WebAssembly.compile(await readEngine());
  const imports = WebAssembly.Module.imports(module).map(
    ({ module: from, name }) => `${from} ${name}`,
  );
  const kernel = ["alloc", "config_get", "error_set", "free", "input_length", "input_load_u64"];
  kernel.push("input_load_u8", "length", "load_u64", "load_u8", "log_debug", "log_error");
  kernel.push("log_info", "log_warn", "output_set", "store_u64", "store_u8");
  expect([...new Set(imports)].toSorted()).toEqual([
    ...kernel.map((name) => `extism:host/env ${name}`),
    ...SERVICES.map(({ name }) => `extism:host/user ${name}`).toSorted(),
    "wasi_snapshot_preview1 clock_time_get",
    "wasi_snapshot_preview1 random_get",
  ]);
});
