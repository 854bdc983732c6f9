import { setFlagsFromString } from "node:v8";
import { beforeEach, expect, test, vi } from "vitest";
import { Compiler } from "../../../host/src/sandbox/compile.ts";
import { compileOffLoop } from "../../../host/src/sandbox/v8-compiler.ts";
import { wat } from "../../support/wat.ts";

vi.mock("node:v8", { spy: true });

const flags = vi.mocked(setFlagsFromString);

beforeEach(() => {
  flags.mockClear();
});

function flagsSet(): string[] {
  return flags.mock.calls.map(([flag]) => flag);
}

const TURBOFAN_AWAY = ["--no-turbofan", "--turbofan"];

test("TurboFan is away while a module is metered, and back when that is done", async () => {
  await new Compiler().compile(wat("(module)"));
  expect(flagsSet()).toEqual(TURBOFAN_AWAY);
});

test("and back when the module is refused", async () => {
  const invalid = wat("(module (func (result i32) (i64.const 0)))");
  await expect(new Compiler().compile(invalid)).rejects.toThrow("type error");
  expect(flagsSet()).toEqual(TURBOFAN_AWAY);
});

test("what V8 compiles lazily is compiled at once only for the module that needs it", async () => {
  const lazily = "wasm-lazy-compilation";
  await compileOffLoop(wat("(module)"), 1);
  expect(flagsSet()).toEqual([]);
  const invalid = wat("(module (func (result i32) (i64.const 0)))");
  await expect(compileOffLoop(invalid, 1e9)).rejects.toThrow(WebAssembly.CompileError);
  expect(flagsSet()).toEqual([`--no-${lazily}`, `--${lazily}`]);
});
