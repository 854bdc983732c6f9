import { expect, test } from "vitest";
import { inStartOrder, stopPlugins } from "../../../host/src/plugins/lifecycle.ts";
import type { LoadedPlugin } from "../../../host/src/plugins/load.ts";
import { ManualClock } from "../../support/clock.ts";
import { recordLogs } from "../../support/log-records.ts";

/** A plugin with all hooks, whose guest is a function. */
function plugin(
  name: string,
  requires: readonly string[] = [],
  call: (hook: string) => unknown = () => undefined,
): LoadedPlugin {
  const loaded = {
    name,
    manifest: {
      hooks: { start: {}, stop: {}, cleanup: {} },
      requiresPlugins: Object.fromEntries(requires.map((each) => [each, "*"])),
    },
    guest: { call: async (hook: string) => call(hook) },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as is looked at
  return loaded as unknown as LoadedPlugin;
}

const order = (...plugins: readonly LoadedPlugin[]): string =>
  inStartOrder(plugins)
    .map(({ name }) => name)
    .join(" ");

test("plugins start behind what they require, and else by name, whatever order they come in", () => {
  expect(order(plugin("c"), plugin("a", ["c", "b"]), plugin("b"))).toBe("b c a");
  expect(order(plugin("b"), plugin("c"), plugin("a", ["b", "c"]))).toBe("b c a");
  expect(order(plugin("a", ["gone"]))).toBe("a");
});

test("plugins that require each other start, too", () => {
  expect(order(plugin("b", ["a"]), plugin("a", ["b"]))).toBe("b a");
});

test("what is not done in time is left undone, and nobody waits for it", async () => {
  const clock = new ManualClock();
  const { logger, records } = recordLogs();
  const called: string[] = [];
  const hangs = Promise.withResolvers<void>();
  const note = (name: string) => (hook: string) => {
    called.push(`${name} ${hook}`);
    return name === "b" ? hangs.promise : undefined;
  };
  const stopped = stopPlugins([plugin("a", [], note("a")), plugin("b", [], note("b"))], {
    clock,
    logger,
  });
  clock.advance(5000);
  await stopped;
  hangs.resolve();
  await hangs.promise;
  expect(called).toEqual(["b stop"]);
  expect(records).toEqual([
    ["warn", "plugins took longer than 5000 ms to stop: the rest is left undone"],
  ]);
});

test("a bug of the host is not logged as a plugin's", async () => {
  const bug = plugin("a", [], () => {
    throw new TypeError("ours");
  });
  const { logger } = recordLogs();
  await expect(stopPlugins([bug], { clock: new ManualClock(), logger })).rejects.toThrow("ours");
});
