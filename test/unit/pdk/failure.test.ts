import { describe, expect, test } from "vitest";
import { log } from "@backworks/pdk";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { nearest } from "../../../pdk-ts/src/build/nearest.ts";
import { toSourceLines } from "../../../pdk-ts/src/build/source-lines.ts";
import { printThrown } from "../../../pdk-ts/src/runtime/failure.ts";
import { mapStack } from "../../../pdk-ts/src/runtime/stack.ts";
import { buildSource, headOf, runPlugin } from "../../support/plugins.ts";

/** Line 1 is the author's, from column 3; line 2 nobody's; line 3 a library's. */
const LINES = { sources: ["a.ts", "lib.js"], lines: ["3,0,7,1 9,0,8,5", "", "1,1,1,1"] };

describe("a stack of the engine becomes one of the author's", () => {
  test.each([
    ["    at f (plugin.js:1:3)", ["    at f (a.ts:7:1)"]],
    ["    at f (plugin.js:1:1)", ["    at f (a.ts:7:1)"]],
    [
      "    at f (plugin.js:1:8)\n    at g (plugin.js:1:9)",
      ["    at f (a.ts:7:1)", "    at g (a.ts:8:5)"],
    ],
    ["    at <anonymous> (plugin.js:3:5)", ["    at lib.js:1:1"]],
    ["    at f (plugin.js:2:1)", []],
    ["    at f (plugin.js:99:1)", []],
    ["    at map (native)\nnonsense", []],
    ["    at f (backworks:1:3)", []],
    ["", []],
  ])("%j", (stack, frames) => {
    expect(mapStack(stack, LINES)).toEqual(frames);
  });

  test("no more than twelve frames are kept", () => {
    expect(mapStack("    at f (plugin.js:1:3)\n".repeat(50), LINES)).toHaveLength(12);
  });

  test("a table whose source is missing says so", () => {
    expect(mapStack("    at f (plugin.js:1:1)", { sources: [], lines: ["1,5"] })).toEqual([
      "    at f (?:?:?)",
    ]);
  });
});

test("a source map keeps the author's segments, and one a line of libraries'", () => {
  const map = {
    sources: ["a.ts", "hidden.ts", "node_modules/b/b.js"],
    mappings: "AAAA,IAAI,EAAA;ACCA;ACFA,EAAE,GAAG;;K",
  };
  const lines = toSourceLines(map, (source) => source !== "hidden.ts");
  expect(lines.sources).toEqual(["a.ts", "node_modules/b/b.js"]);
  expect(lines.lines).toEqual([
    "1,0,1,1 5,0,1,5",
    "",
    expect.stringMatching(/^1,1,\d+,\d+$/),
    "",
    "",
  ]);
});

test("the engine's own reasons need nothing thrown", () => {
  expect(printThrown(undefined, 1)).toContain("did not settle");
  expect(printThrown(undefined, 2)).toContain("larger than the host takes");
  expect(printThrown("a", 3)).toMatch(/^Thrown: a\nnothing handles this: await /);
});

describe("a failure without a stack names the place of the hook", () => {
  const SOURCE = `import { Reply, Request } from "@backworks/pdk";
export async function beforeRequest(request: Request): Promise<void> {
  if (request.path === "/wait") await new Promise(() => undefined);
  if (request.path === "/text") throw "just text";
  if (request.path === "/nested") throw new Error("mine", { cause: "just text" });
}
export const processEndpoint = (request: Request): Reply => {
  if (request.path === "/text") throw "just text";
  return {} as Reply;
};
export const healthCheck = () => ({ status: "fine" });
export const initialize = (): void => undefined;
`;
  test.each<[HookName, string, RegExp]>([
    ["before_request", "/wait", /did not settle: .*\n {4}in the function at src\/plugin\.ts:2:/],
    ["before_request", "/text", /Thrown: just text\n {4}in the function at src\/plugin\.ts:2:/],
    [
      "before_request",
      "/nested",
      /Error: mine\n +at beforeRequest \(.*\n +caused by Thrown: just text$/,
    ],
    ["process_endpoint", "/text", /Thrown: just text\n {4}in the function at src\/plugin\.ts:7:/],
    [
      "process_endpoint",
      "/",
      /must return a Reply; it returned an object\n {4}in the function at src\/plugin\.ts:7:/,
    ],
    [
      "health_check",
      "/",
      /it returned \{"status":"fine"\}\n {4}in the function at src\/plugin\.ts:11:/,
    ],
  ])("%s of %s", async (hook, path, message) => {
    const hooks = { before_request: {}, process_endpoint: {}, health_check: {}, initialize: {} };
    const plugin = await runPlugin(await buildSource(SOURCE, hooks));
    await expect(plugin.call("before_request", headOf("GET /"))).resolves.toBe("");
    await expect(plugin.call(hook, headOf(`GET ${path}`))).rejects.toThrow(message);
  });

  test("but not of one that is over", async () => {
    const text = `export function beforeRequest(): void { void Promise.reject("late"); }`;
    const plugin = await runPlugin(await buildSource(text, { before_request: {} }));
    await expect(plugin.call("before_request", headOf("GET /"))).rejects.toThrow(
      /Thrown: late\n *nothing handles this/,
    );
  });
});

test("causes are followed only so far", () => {
  const error = new Error("round");
  error.cause = error;
  expect(printThrown(error, 0).match(/caused by/g)).toHaveLength(3);
});

test("outside of a plugin the API loads, and says why it does nothing", () => {
  expect(() => log.info("hello")).toThrow("only inside a plugin");
});

test.each([
  ["beforeRequest", "before_request"],
  ["befor_request", "before_request"],
  ["after-response", "after_response"],
  ["health", undefined],
  ["", undefined],
])("the hook nearest to %j is %j", (word, hook) => {
  expect(nearest(word, ["before_request", "after_response", "health_check"])).toBe(hook);
});
