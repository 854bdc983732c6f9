import { expect, test } from "vitest";
import { bundle } from "../../../pdk-ts/src/build/bundle.ts";
import { withDeadline } from "../../../pdk-ts/src/build/deadline.ts";
import { readEngine } from "../../../pdk-ts/src/build/engine.ts";
import { evaluateBundle } from "../../../pdk-ts/src/build/evaluate.ts";
import { TestFolder } from "../../support/folder.ts";

const DEADLINE_MS = 300;

const ENDLESS: readonly [what: string, source: string][] = [
  ["an endless loop", "for (;;);"],
  ["an endless loop that catches everything", "for (;;) try { for (;;); } catch {}"],
  ["a pattern that never ends", 'export default /^(a*)*b$/.test("a".repeat(40));'],
  ["promises without end", "void (async () => { for (;;) await 1; })();"],
  ["calls of the host without end", "for (;;) Date.now();"],
  ["an error that never ends to describe itself", "throw { toString() { for (;;); } };"],
];

test.each(ENDLESS)("%s at the top level is stopped", async (_, source) => {
  await using folder = await TestFolder.create({ "plugin.ts": source });
  const bundled = await bundle(folder.path, "plugin.ts", { hooks: [], capabilities: [] });
  const engine = await WebAssembly.compile(await readEngine());
  expect(() => evaluateBundle(engine, bundled, DEADLINE_MS)).toThrow(
    expect.objectContaining({
      code: "evaluation_failed",
      message: "top-level code did not end within 0.3 s",
      notes: expect.arrayContaining([expect.stringContaining("into initialize or another hook")]),
    }),
  );
});

test("what ends in time has its value, and what it throws is thrown on", () => {
  expect(withDeadline(() => undefined)).toBeUndefined();
  const error = new TypeError("no");
  const fail = (): never => {
    throw error;
  };
  expect(() => withDeadline(fail)).toThrow(error);
});
