import { describe, expect, test } from "vitest";
import { startFor, TARGETS } from "./fast-plugins.ts";
import { HOOK_CASES } from "./portable-hooks.ts";

describe.each(TARGETS)("in the %s target", (target) => {
  test.each(HOOK_CASES)("$name answers as in the other", async (given) => {
    const plugin = await startFor(target, given.source, given.hooks);
    for (const { hook, head, body, says } of given.calls) {
      const said = await plugin.call(hook, head, body).catch(String);
      if (typeof says === "string") expect(said).toBe(says);
      else expect(said).toMatch(says);
    }
    expect(plugin.logs).toEqual((given.logs ?? []).map((text) => `info: ${text}`));
  });
});
