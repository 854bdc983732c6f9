import { describe, expect, test } from "vitest";
import type { CheckedPlugin } from "../../host/src/plugins/check.ts";
import {
  exchangeOf,
  expectedOf,
  MODULES,
  playCase,
  readCases,
  readModule,
  type Frames,
} from "../support/golden-abi.ts";

const FROZEN =
  "ABI 1 is frozen: a host that fails here breaks plugins that are already built (test/golden/abi)";

const FRAMES: readonly Frames[] = ["frozen", "today"];

describe.each(MODULES)("the golden module %s", (module) => {
  let plugin: Promise<CheckedPlugin> | undefined;

  for (const given of readCases(module)) {
    const isExchange = given.calls.some((call) => exchangeOf(given, call) !== undefined);
    for (const frames of FRAMES.filter((each) => each === "frozen" || isExchange)) {
      test(`${given.name} (${frames} frames)`, async () => {
        plugin ??= readModule(module);
        const { outcomes, seen } = await playCase(await plugin, given, frames);
        expect(outcomes, FROZEN).toEqual(expectedOf(given, frames));
        expect(seen, FROZEN).toMatchObject({ misses: [], ...given.seen });
      });
    }
  }
});
