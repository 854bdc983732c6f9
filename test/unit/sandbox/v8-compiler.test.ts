import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { compileOffLoop } from "../../../host/src/sandbox/v8-compiler.ts";
import { wat } from "../../support/wat.ts";

const HEAVY = 1e9;
const LIGHT = 1;

test.each([HEAVY, LIGHT])("a module with work %d is compiled", async (work) => {
  const module = await compileOffLoop(wat(`(module (func (export "f")))`), work);
  expect(WebAssembly.Module.exports(module)).toEqual([{ name: "f", kind: "function" }]);
});

test("a module that V8 refuses does not keep the next one from being compiled", async () => {
  const invalid = wat(`(module (func (result i32) (i64.const 0)))`);
  const calls = [compileOffLoop(invalid, HEAVY), compileOffLoop(wat("(module)"), HEAVY)];
  expect((await Promise.allSettled(calls)).map(({ status }) => status)).toEqual([
    "rejected",
    "fulfilled",
  ]);
});

test("a process that does nothing else does not end before V8 is done", async () => {
  const functions = Array.from({ length: 3000 }, () => "(func (result i32) (i32.const 7))");
  const base64 = Buffer.from(wat(`(module ${functions.join("")})`)).toString("base64");
  const compiler = new URL("../../../host/src/sandbox/v8-compiler.ts", import.meta.url);
  const script = `const { compileOffLoop } = await import(${JSON.stringify(compiler.href)});
    await compileOffLoop(Buffer.from(${JSON.stringify(base64)}, "base64"), ${HEAVY});
    console.log("done");`;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  await once(child, "close");
  expect(output).toBe("done\n");
});
