import { describe, expect, test } from "vitest";
import { connectWatcher } from "../../../host/src/sandbox/profiling/watch-helper.ts";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { profileModule } from "../../../host/src/wasm/profile/profile-module.ts";
import { wat } from "../../support/wat.ts";

const FUELLED = { ...DEFAULT_POLICY, initialFuel: 1_000_000n };

interface Watched {
  readonly events: string[];
  readonly call: (name: string, ...parameters: unknown[]) => unknown;
}

/** Events are `name(` when a function begins and `)` when it ends. */
function watch(source: string | Uint8Array, imports: WebAssembly.Imports = {}): Watched {
  const bytes = typeof source === "string" ? wat(source) : source;
  const { bytes: watched, functions } = profileModule(bytes, FUELLED);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(watched), imports);
  const events: string[] = [];
  connectWatcher(exports, {
    enter: (index) => void events.push(`${functions.get(index)?.name ?? index}(`),
    leave: () => void events.push(")"),
  });
  const call = (name: string, ...parameters: unknown[]): unknown => {
    const callee = exports[name];
    if (typeof callee !== "function") throw new TypeError(`no function ${name}`);
    return Reflect.apply(callee, undefined, parameters);
  };
  return { events, call };
}

describe("a watched module", () => {
  test("tells of calls by name, through tables and from outside", () => {
    const { events, call } = watch(`(module
      (table funcref (elem $leaf))
      (func $leaf (result i32) i32.const 7)
      (func $named (result i32) call $leaf)
      (func $indirect (result i32) i32.const 0 call_indirect (result i32))
      (func (export "run") (result i32) call $named call $indirect i32.add))`);

    expect(call("run")).toBe(14);
    expect(events.join("")).toBe("3(named(leaf())indirect(leaf()))");
  });

  test("passes parameters and results of every type on", () => {
    const { call } = watch(`(module
      (func $mix (param i32 i64 f32 f64 externref) (result f64 externref i32)
        local.get 3 local.get 4 local.get 0)
      (func (export "run") (param externref) (result f64 externref i32)
        i32.const 5 i64.const 6 f32.const 1.5 f64.const 2.5 local.get 0 call $mix))`);
    const outside = { some: "object" };

    expect(call("run", outside)).toEqual([2.5, outside, 5]);
  });

  test("does not tell of the end of functions that trap", () => {
    const { events, call } = watch(`(module
      (func $deep unreachable)
      (func (export "run") call $deep))`);

    expect(() => call("run")).toThrow(WebAssembly.RuntimeError);
    expect(events.join("")).toBe("1(deep(");
  });

  test("names the function that trapped as before", () => {
    const { call } = watch(`(module (func $deep unreachable) (func (export "run") call $deep))`);
    const trap = ((): unknown => {
      try {
        return call("run");
      } catch (thrown) {
        return thrown;
      }
    })();

    expect(trap).toMatchObject({ stack: expect.stringContaining("at deep (wasm:") });
  });

  test("does not tell of functions that the host brings", () => {
    const { events, call } = watch(
      `(module (import "h" "f" (func $host)) (func (export "run") call $host))`,
      { h: { f: () => undefined } },
    );

    call("run");
    expect(events).toEqual(["1(", ")"]);
  });
});

/** wabt writes no exceptions of the standard: `throw` in `$throws`, `try_table` in `run`. */
const STANDARD_EXCEPTIONS = new Uint8Array(
  [
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    [1, 8, 2, 0x60, 0, 0, 0x60, 0, 1, 0x7f],
    [3, 4, 3, 0, 0, 1],
    [13, 3, 1, 0, 0],
    [7, 7, 1, 3, 0x72, 0x75, 0x6e, 0, 2],
    [10, 29, 3, 4, 0, 0x08, 0, 0x0b, 4, 0, 0x10, 0, 0x0b],
    [17, 0, 0x02, 0x40, 0x1f, 0x40, 1, 0x02, 0, 0x10, 1, 0x0b, 0x0b, 0x10, 1, 0x41, 9, 0x0b],
  ].flat(),
);

describe("exceptions", () => {
  test("of the standard end the functions that they leave", () => {
    const { events, call } = watch(STANDARD_EXCEPTIONS);

    expect(() => call("run")).toThrow(WebAssembly.Exception);
    // Caught once, and thrown past `run` the second time.
    expect(events.join("")).toBe("2(1(0())1(0()))");
  });

  test("of the first proposal end the functions that they leave", () => {
    const { events, call } = watch(`(module
      (tag $t)
      (func $throws throw $t)
      (func $passes call $throws)
      (func (export "run") (result i32)
        try (result i32) call $passes i32.const 1 catch $t i32.const 2 end))`);

    expect(call("run")).toBe(2);
    expect(events.join("")).toBe("2(passes(throws()))");
  });
});
