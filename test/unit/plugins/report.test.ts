import { expect, test } from "vitest";
import { createLogger } from "../../../host/src/lib/logger.ts";
import { Reporter } from "../../../host/src/plugins/report.ts";
import type { LoadedPlugin } from "../../../host/src/plugins/load.ts";
import { ManualClock } from "../../support/clock.ts";

test("one that does not answer keeps nobody waiting, and is not asked again meanwhile", async () => {
  const clock = new ManualClock();
  const lines: string[] = [];
  const logger = createLogger({
    level: "warn",
    destination: { write: (line) => lines.push(line) },
  });
  const answer = Promise.withResolvers<Uint8Array>();
  let calls = 0;
  const plugin = {
    name: "slow",
    manifest: { hooks: { get_metrics: {} } },
    services: { metrics: undefined },
    guest: {
      call: async (_hook: string, _input: unknown, read: (output: Uint8Array) => unknown) => {
        calls++;
        return read(await answer.promise);
      },
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as is looked at
  const loaded = plugin as unknown as LoadedPlugin;
  const reporter = new Reporter(clock, logger);

  const first = reporter.report(loaded);
  clock.advance(2000);
  expect(await first).toBeUndefined();
  expect(lines.join("")).toContain("no figures of a plugin: it took longer than 2000 ms");
  expect(await reporter.report(loaded)).toBeUndefined();
  expect(calls).toBe(1);

  answer.resolve(Buffer.from('{"late":1}'));
  await expect
    .poll(async () => reporter.report(loaded))
    .toMatchObject({
      plugin: "slow",
      series: [{ kind: "gauge", name: "late", value: 1 }],
    });
});
