import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "../support/plugin-command.ts";
import { runCommand } from "../support/terminal.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const PLUGINS = readdirSync(`${ROOT}/plugins-wasm`);

test.each(PLUGINS)(
  "the core plugin %s passes its cases with the fuel it is held to",
  async (name) => {
    const tested = await runCommand(["plugin", "test", `plugins-wasm/${name}`, "--json"], ROOT);
    expect(tested.exit, tested.out).toBe(0);
    expect(parse(tested)).toMatchObject({
      ok: true,
      fuel: { lock: "kept", added: [], shrunk: [] },
    });
  },
);
