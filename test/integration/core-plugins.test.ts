import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { runCommand } from "../support/terminal.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const PLUGINS = readdirSync(`${ROOT}/plugins-wasm`);

test.each(PLUGINS)("the core plugin %s passes its cases", async (name) => {
  const { exit, out } = await runCommand(["plugin", "test", `plugins-wasm/${name}`], ROOT);
  expect(exit, out).toBe(0);
});
