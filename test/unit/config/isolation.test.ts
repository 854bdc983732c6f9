import { expect, test } from "vitest";
import { loadText, problemsOf } from "./load-text.ts";

test.each([
  ["plugins run in the host's process unless something else is written", "", "shared"],
  ["isolation at the top is every plugin's", "isolation: process", "process"],
])("%s", async (_, line, expected) => {
  const config = await loadText(`${line}\nplugins: { a: {}, b: }\n`);
  expect(config.isolation).toBe(expected);
  expect(config.plugins.map(({ isolation }) => isolation)).toEqual([expected, expected]);
});

test("a plugin's own isolation stands above the one at the top, in both forms", async () => {
  const named = await loadText(`
isolation: process
plugins: { a: { isolation: shared }, b: {} }
`);
  expect(named.plugins.map(({ isolation }) => isolation)).toEqual(["shared", "process"]);
  const listed = await loadText(`plugins: [{ type: a, isolation: process }, { type: b }]\n`);
  expect(listed.plugins.map(({ isolation }) => isolation)).toEqual(["process", "shared"]);
});

test("another word than shared or process is refused with its place", async () => {
  expect(await problemsOf("isolation: thread\n")).toEqual([
    expect.stringMatching(/^1:1\d* config_invalid isolation: .*shared.*process/),
  ]);
});
