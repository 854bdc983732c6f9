import { describe, expect, test } from "vitest";
import { systemClock } from "../../../host/src/lib/clock.ts";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createGuest } from "../../../host/src/sandbox/guest.ts";
import { createTestLogger } from "../../support/app.ts";
import { wat } from "../../support/wat.ts";
import { askingGuest, placeOf } from "./asking.ts";
import { createTestServices, startBytes, startWatProcess } from "./support.ts";

type Told = Pick<CallRecord, "outcome" | "fuel" | "memoryBytes">;

function keep({ outcome, fuel, memoryBytes }: CallRecord): Told {
  return { outcome, fuel, memoryBytes };
}

describe("what a call used", () => {
  const LOOPS = `(module
    (memory (export "memory") 1)
    (func (export "before_request") (result i32) (loop $again (br $again)) (i32.const 0))
    (func (export "process_endpoint") (result i32)
      (drop (memory.grow (i32.const 3))) (unreachable))
    (func (export "after_response") (result i32) (i32.const 1)))`;

  test("is told after every end, as in the host's process", async () => {
    const bytes = wat(LOOPS);
    const told: [Told[], Told[]] = [[], []];
    const { logger } = createTestLogger();
    const options = { name: "test", config: {}, logger };
    const shared = await createGuest({
      ...options,
      module: await compileModule(bytes),
      onCall: (record) => void told[0].push(keep(record)),
    });
    using isolated = await startBytes(bytes, {
      onCall: (record) => void told[1].push(keep(record)),
    });
    const input = { head: "", body: undefined };
    for (const guest of [shared, isolated.guest]) {
      for (const hook of ["before_request", "process_endpoint", "after_response"] as const) {
        const call = async (): Promise<unknown> => guest.call(hook, input, () => undefined);
        await expect(call()).rejects.toThrow("test");
      }
    }
    expect(told[0].map(({ outcome }) => outcome)).toEqual([
      "guest_fuel_exhausted",
      "guest_trapped",
      "guest_failed",
    ]);
    expect(told[1]).toEqual(told[0]);
    expect(told[1][0]?.fuel).toBeGreaterThan(11_000_000);
    expect(told[1][1]?.memoryBytes).toBe(4 * 65_536);
  });

  test("of a large body may be more, as in the host's process", async () => {
    const loop = `(module (func (export "process_endpoint") (result i32) (local $i i32)
      (loop $again
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $again (i32.lt_u (local.get $i) (i32.const 5000000))))
      (i32.const 0)))`;
    using isolated = await startWatProcess(loop);
    const callWith = async (body: Buffer): Promise<unknown> =>
      isolated.guest.call("process_endpoint", { head: "", body }, () => "done");
    await expect(callWith(Buffer.alloc(10))).rejects.toThrow("of fuel");
    await expect(callWith(Buffer.alloc(200_000))).resolves.toBe("done");
  });

  test("is nothing known of when the process dies, and the caller's wait all the same", async () => {
    const told: CallRecord[] = [];
    using isolated = await startBytes(askingGuest([[["bw_clock_now"]]]), {
      services: createTestServices({ clock: true }),
      onCall: (record) => void told.push({ ...record }),
    });
    process.kill(isolated.pid(), "SIGSTOP");
    const pending = isolated.call("process_endpoint", placeOf(0));
    await systemClock.sleep(20);
    process.kill(isolated.pid(), "SIGKILL");
    await expect(pending).rejects.toThrow("SIGKILL");
    expect(told).toMatchObject([{ outcome: "guest_process_died", fuel: 0, memoryBytes: 0 }]);
    expect(told[0]?.durationMs).toBeGreaterThan(19);
  });
});
