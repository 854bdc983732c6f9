import { expect, test } from "vitest";
import { BackworksError, type ErrorCode } from "../../../host/src/lib/errors.ts";
import { HealthReader } from "../../../host/src/plugins/health.ts";
import type { LoadedPlugin } from "../../../host/src/plugins/load.ts";
import { ManualClock } from "../../support/clock.ts";
import { recordLogs } from "../../support/log-records.ts";

/** Asks a plugin that fails as it is told, and hands out what the log says then. */
function createAsker(clock: ManualClock): (code: ErrorCode, message: string) => Promise<unknown[]> {
  const { logger, records } = recordLogs();
  const reader = new HealthReader(clock, logger);
  return async (code, message) => {
    const plugin = {
      name: "db",
      manifest: { version: "1.0.0", hooks: { health_check: {} } },
      guest: {
        outage: () => undefined,
        call: async () => Promise.reject(new BackworksError(code, message)),
      },
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as is looked at
    const loaded = plugin as unknown as LoadedPlugin;
    await reader.read({ kind: "loaded", name: "db", plugin: loaded });
    return records.splice(0);
  };
}

const line = (reason: string): unknown => ["warn", `plugin cannot say how it is: ${reason}`];

test("another reason of a failure that goes on is in the log, too, after some seconds", async () => {
  const clock = new ManualClock();
  const ask = createAsker(clock);
  expect(await ask("guest_failed", "no route to 10.0.0.5")).toEqual([line("no route to 10.0.0.5")]);
  clock.advance(60_000);
  expect(await ask("guest_failed", "no route to 10.0.0.5")).toEqual([]);
  expect(await ask("guest_failed", "wrong password")).toEqual([line("wrong password")]);
  expect(await ask("guest_failed", "no such table")).toEqual([]);
  clock.advance(10_000);
  expect(await ask("guest_failed", "no such table")).toEqual([line("no such table")]);
  expect(await ask("guest_trapped", "unreachable")).toEqual([line("unreachable")]);
});

test("a plugin that fails with a counter gets one line of the log in ten seconds", async () => {
  const clock = new ManualClock();
  const ask = createAsker(clock);
  const lines: unknown[] = [];
  for (let count = 0; count < 300; count++) {
    lines.push(...(await ask("guest_failed", `failure ${count}`)));
    clock.advance(100);
  }
  expect(lines).toEqual([line("failure 0"), line("failure 100"), line("failure 200")]);
});
