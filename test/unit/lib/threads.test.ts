import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { mayStartThreads } from "../../../host/src/lib/threads.ts";

const MODULE = new URL("../../../host/src/lib/threads.ts", import.meta.url).href;
const PRINT = `console.log((await import(${JSON.stringify(MODULE)})).mayStartThreads())`;

test("a process may start threads", () => {
  expect(mayStartThreads()).toBe(true);
});

test.each([
  ["without the right to threads may not", [], "false\n"],
  ["with the right to threads may", ["--allow-worker"], "true\n"],
])("a process under the permission model %s", async (_, rights, printed) => {
  const flags = ["--permission", "--allow-fs-read=*", ...rights, "--input-type=module"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "--eval", PRINT]);
  expect(stdout).toBe(printed);
});
