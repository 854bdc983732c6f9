import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { ErrorCode } from "../../../host/src/lib/errors.ts";
import { readGuest } from "../../support/guests.ts";
import { wat } from "../../support/wat.ts";
import { callGuest, startGuest, startWat } from "./support.ts";

const REFUSED: readonly (readonly [guest: string, code: ErrorCode, message: string])[] = [
  ["import-walk", "plugin_import_unknown", `import "extism:host/env" "constructor" is unknown`],
  ["import-walk-namespace", "plugin_import_unknown", `import "__proto__" "constructor" is unknown`],
  ["imported-memory", "plugin_import_unknown", `import "extism:host/env" "memory" is unknown`],
  ["atomic-wait", "plugin_feature_unsupported", "the module uses threads"],
  ["atomic-unshared", "plugin_feature_unsupported", "the module uses threads"],
  ["multi-memory", "plugin_feature_unsupported", "the module uses multi-memory"],
  ["memory64", "plugin_feature_unsupported", "the module uses memory64"],
  ["gc-array", "plugin_feature_unsupported", "the module uses garbage-collection"],
  ["large-memory", "plugin_memory_exceeded", "16448KiB of memory, its limits.memory is 16MiB"],
  ["many-tables", "plugin_limit_exceeded", "100001 slots in one table from the start, at most"],
  ["refuel", "plugin_invalid", "the module is not valid WebAssembly"],
  ["reserved-export", "plugin_export_reserved", `the module exports "backworks:fuel"`],
];

describe("a module is refused before any of it runs", () => {
  test.each(REFUSED)("%s: %s", async (name, code, message) => {
    await expect(compileModule(await readGuest(name))).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test("that would take V8 half a minute to compile", async () => {
    const locals = Array.from({ length: 1024 }, () => "i64").join(" ");
    const blocks = "(block (br_if 0 (i32.const 1)))".repeat(5000);
    const bytes = wat(`(module (func (local ${locals}) ${blocks}))`);
    await expect(compileModule(bytes)).rejects.toThrow(
      expect.objectContaining({
        code: "plugin_limit_exceeded",
        message: expect.stringContaining("locals times blocks, at most 5000000"),
      }),
    );
  });
});

describe("a module that cannot be started is refused", () => {
  test.each([
    ["start-loop", "the start function", "begin (wasm-function[0])"],
    ["initialize-loop", "_initialize", "set_up (wasm-function[0])"],
  ])("%s", async (name, hook, where) => {
    const limit = 50_000_000;
    const limits = { start: { fuel: limit, timeMs: 5000 } };
    await expect(startGuest(name, { limits })).rejects.toThrow(
      expect.objectContaining({
        code: "guest_fuel_exhausted",
        message: `${name}: ${hook} needs more than its ${limit} units of fuel: stopped in ${where}`,
      }),
    );
  });

  test("by a data segment beyond its memory", async () => {
    const text = `(module (memory 1) (data (i32.const 65536) "x")
      (func (export "before_request") (result i32) (i32.const 0)))`;
    await expect(startWat(text)).rejects.toThrow(
      expect.objectContaining({
        code: "guest_trapped",
        message: expect.stringContaining("test: instantiation trapped: "),
      }),
    );
  });
});

const ENDLESS: readonly (readonly [guest: string, hook: HookName, where: string])[] = [
  ["spin", "before_request", " in round_and_round (wasm-function[1])"],
  ["spin", "after_response", " in tail (wasm-function[4])"],
  ["bulk-fill", "before_request", " in zero (wasm-function[0])"],
  ["alloc-free", "before_request", ""],
  ["catch-all", "before_request", " in spin (wasm-function[3])"],
  ["host-calls", "before_request", " in nag (wasm-function[3])"],
  ["host-calls", "process_endpoint", " in chatter (wasm-function[4])"],
  ["table-grow", "before_request", " in widen (wasm-function[0])"],
  ["write-flood", "before_request", " in flood (wasm-function[1])"],
  ["write-flood", "after_response", " in flood (wasm-function[1])"],
];

describe("a hook that never ends runs out of fuel, and the next call is served", () => {
  test.each(ENDLESS)("%s %s", async (name, hook, where) => {
    const guest = await startGuest(name);
    const failure = expect.objectContaining({
      code: "guest_fuel_exhausted",
      message: `${name}: ${hook} needs more than its 11000000 units of fuel: stopped${where}`,
    });
    await expect(callGuest(guest, hook)).rejects.toThrow(failure);
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
    await expect(callGuest(guest, hook)).rejects.toThrow(failure);
  });
});

test("a call with more fuel than the kernel counts is told of the kernel's own bound", async () => {
  const guest = await startGuest("alloc-free", {
    limits: { call: { fuel: 1_000_000_000, timeMs: 20_000 } },
  });
  await expect(callGuest(guest, "before_request")).rejects.toThrow(
    expect.objectContaining({
      code: "guest_fuel_exhausted",
      message: expect.stringMatching(/allocates more than the 1 GiB of kernel blocks/),
      details: expect.objectContaining({ limit: 134_217_728 }),
    }),
  );
});

describe("calls of the host with neither loop nor call between", () => {
  const line = "(drop (call $random (i32.const 0) (i32.const 65536)))\n";
  const text = `(module
    (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "before_request") (result i32) ${line.repeat(5000)} (i32.const 0)))`;

  test.each([
    ["end with the fuel", 11e6, "test: before_request needs more than its 11000000 units of fuel"],
    [
      "end with the fuel of slices",
      12e6,
      "test: before_request needs more than its 12000000 units",
    ],
    [
      "hold the event loop no longer than other calls",
      1e9,
      "test: before_request trapped: it calls the host for too long without a loop or a call between",
    ],
  ])("%s", async (_, fuel, message) => {
    const used: number[] = [];
    const guest = await startWat(text, {
      limits: { call: { fuel, timeMs: 60_000 } },
      onCall: (record) => void used.push(record.fuel),
    });
    await expect(callGuest(guest, "before_request")).rejects.toThrow(message);
    expect(used[0]).toBeLessThan(14e6);
  });
});

describe("what a host function throws ends the call, whatever the guest catches", () => {
  test("when it asks for too much", async () => {
    const guest = await startGuest("catch-all");
    await expect(callGuest(guest, "process_endpoint")).rejects.toThrow(
      expect.objectContaining({
        code: "guest_trapped",
        message: expect.stringContaining("var_set takes more than 1048576 bytes"),
      }),
    );
  });

  test("when it has fuel for many slices", async () => {
    const used: number[] = [];
    const guest = await startGuest("catch-all", {
      limits: { call: { fuel: 1_000_000_000, timeMs: 60_000 } },
      onCall: ({ fuel }) => void used.push(fuel),
    });
    await expect(callGuest(guest, "process_endpoint")).rejects.toThrow("var_set takes more than");
    expect(used[0]).toBeLessThan(10_000_000);
  });

  test("when it ends itself", async () => {
    const guest = await startGuest("catch-all");
    await expect(callGuest(guest, "after_response")).rejects.toThrow(
      "catch-all: after_response trapped: proc_exit(0)",
    );
  });
});

test("memory grows to its cap, and not by one page more", async () => {
  const guest = await startGuest("grow");
  const pages = Buffer.from(await callGuest(guest, "before_request"), "latin1").readUInt16BE();
  expect(pages).toBe(256);
});

test("the operator's cap is the one that counts", async () => {
  const bytes = await readGuest("grow");
  const { createGuest } = await import("../../../host/src/sandbox/guest.ts");
  const { recordLogs } = await import("../../support/log-records.ts");
  const module = await compileModule(bytes, { memoryPagesMax: 3 });
  const { logger } = recordLogs("silent");
  const guest = await createGuest({ name: "grow", module, config: {}, logger });
  const pages = Buffer.from(await callGuest(guest, "before_request"), "latin1").readUInt16BE();
  expect(pages).toBe(3);
});
