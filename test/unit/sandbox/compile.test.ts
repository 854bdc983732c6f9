import { describe, expect, test } from "vitest";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { wat } from "../../support/wat.ts";
import { startWat, callGuest } from "./support.ts";

describe("a module", () => {
  test.each([
    ["is no wasm", Buffer.from("not wasm"), "plugin_not_wasm"],
    ["is cut off", wat(`(module (memory 1))`).subarray(0, -1), "plugin_malformed"],
    ["imports what nobody has", wat(`(module (import "a" "b" (func)))`), "plugin_import_unknown"],
  ])("that %s is refused", async (_, bytes, code) => {
    await expect(compileModule(bytes)).rejects.toThrow(expect.objectContaining({ code }));
  });

  test("that is not valid is refused with V8's reason", async () => {
    const bytes = wat(`(module (func $f (result i32) (i64.const 0)))`);
    await expect(compileModule(bytes)).rejects.toThrow(
      expect.objectContaining({
        code: "plugin_invalid",
        message: expect.stringMatching(/Compiling function #0:"f" failed: type error/),
      }),
    );
  });
});

describe("a module is started", () => {
  const STARTED = `(global $started (mut i32) (i32.const 1))
    (func $start (global.set $started (i32.sub (global.get $started) (i32.const 1))))
    (func (export "before_request") (result i32) (global.get $started))`;

  test.each(["_initialize", "_start", "hs_init"])("by its export %s, once", async (name) => {
    const guest = await startWat(`(module ${STARTED} (export "${name}" (func $start)))`);
    await expect(callGuest(guest, "before_request")).resolves.toBe("");
  });

  test("as a command that ends with proc_exit(0)", async () => {
    const exit = `(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))`;
    const start = (code: number): string => `(module ${exit} ${STARTED}
      (func (export "_start") (call $start) (call $exit (i32.const ${code}))))`;
    const guest = await startWat(start(0));
    await expect(callGuest(guest, "before_request")).resolves.toBe("");
    await expect(startWat(start(1))).rejects.toThrow("test: _start trapped: proc_exit(1)");
  });
});
