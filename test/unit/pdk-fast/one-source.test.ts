import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { RunningPlugin } from "../../support/plugins.ts";
import { startFor } from "./fast-plugins.ts";
import { ADMIN, PORTABLE, type Call } from "./portable.ts";

/** What a call shows: its output as Latin-1, so that a difference can be read. */
async function show(plugin: RunningPlugin, hook: HookName, { head, body }: Call): Promise<string> {
  return Buffer.from(await plugin.callForBytes(hook, head, body)).toString("latin1");
}

describe.each(PORTABLE)("$name", ({ hook, hooks, source, config = {}, calls }) => {
  test("answers the same to the byte in both targets", async () => {
    const files = { "src/admin.ts": ADMIN };
    const full = await startFor("full", source, hooks, { config, files });
    const fast = await startFor("fast", source, hooks, { config, files });
    for (const call of calls) {
      expect(await show(fast, hook, call)).toBe(await show(full, hook, call));
    }
    expect(fast.logs).toEqual(full.logs);
  });
});
