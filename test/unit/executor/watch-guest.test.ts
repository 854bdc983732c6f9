import { expect, test } from "vitest";
import { watchGuest } from "../../../host/src/executor/watch-guest.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import type { CallRecord } from "../../../host/src/sandbox/call-meter.ts";
import type { Guest } from "../../../host/src/sandbox/guest.ts";
import { ManualClock } from "../../support/clock.ts";

const INPUT = { head: "GET /\n\n", body: undefined };

/** A guest that takes 3 ms and then does what it is told. */
function watch(finish: () => Buffer): { readonly guest: Guest; readonly records: CallRecord[] } {
  const clock = new ManualClock();
  const records: CallRecord[] = [];
  const guest: Guest = {
    name: "far",
    call: async (_hook, _input, read) => {
      clock.advance(3);
      return read(finish());
    },
    close: () => undefined,
  };
  const observe = (record: CallRecord): void => void records.push({ ...record });
  return { guest: watchGuest(guest, observe, clock), records };
}

test("a call is reported with its time and without fuel, and its output goes through", async () => {
  const { guest, records } = watch(() => Buffer.from("!204\n"));
  const output = await guest.call("process_endpoint", INPUT, (lent) => lent.toString());
  expect(output).toBe("!204\n");
  expect(records).toEqual([
    {
      hook: "process_endpoint",
      outcome: "ok",
      failure: undefined,
      durationMs: 3,
      fuel: 0,
      memoryBytes: 0,
    },
  ]);
});

test("a failure is reported by its code, and thrown as it is", async () => {
  const error = new BackworksError("guest_timed_out", "far: it took too long");
  const { guest, records } = watch(() => {
    throw error;
  });
  await expect(guest.call("process_endpoint", INPUT, () => 0)).rejects.toBe(error);
  expect(records).toMatchObject([{ outcome: "guest_timed_out", failure: error, durationMs: 3 }]);
});

test("a bug of the host's is reported as internal", async () => {
  const { guest, records } = watch(() => {
    throw new TypeError("ours");
  });
  await expect(guest.call("process_endpoint", INPUT, () => 0)).rejects.toThrow("ours");
  expect(records).toMatchObject([{ outcome: "internal" }]);
});
