import { expect, test } from "vitest";
import { ManualClock } from "../../support/clock.ts";
import { Pool } from "../../../host/src/sandbox/pool.ts";

/** Makes 1, 2, 3 … and fails where it is told to. */
function counter(failing: readonly number[] = []): () => Promise<number> {
  let made = 0;
  return async () => {
    made++;
    if (failing.includes(made)) throw new Error(`no instance ${made}`);
    return made;
  };
}

async function take(pool: Pool<number>): Promise<number> {
  return pool.acquire();
}

const LIMITS = { instancesMax: 1, waitersMax: 2 };

test("an instance that came back is lent again, at once", async () => {
  const pool = new Pool("p", counter(), LIMITS, new ManualClock());
  pool.release(await pool.acquire());
  expect(pool.acquire()).toBe(1);
});

test("after a discard the next call gets a new instance", async () => {
  const pool = new Pool("p", counter(), LIMITS, new ManualClock());
  await pool.acquire();
  pool.discard();
  await expect(pool.acquire()).resolves.toBe(2);
});

test("as many instances as allowed are lent side by side", async () => {
  const pool = new Pool("p", counter(), { instancesMax: 2, waitersMax: 2 }, new ManualClock());
  expect(await Promise.all([take(pool), take(pool)])).toEqual([1, 2]);
});

test("a call beyond them waits for the one that comes back", async () => {
  const pool = new Pool("p", counter(), LIMITS, new ManualClock());
  const first = await pool.acquire();
  const waiting = pool.acquire();
  pool.release(first);
  expect(await waiting).toBe(1);
});

test("a call that waits gets a new instance when the old one is discarded", async () => {
  const pool = new Pool("p", counter(), LIMITS, new ManualClock());
  await pool.acquire();
  const waiting = pool.acquire();
  pool.discard();
  expect(await waiting).toBe(2);
});

test("too many waiting calls are refused", async () => {
  const pool = new Pool("weather", counter(), LIMITS, new ManualClock());
  await pool.acquire();
  const waiting = [take(pool), take(pool)];
  expect(() => pool.acquire()).toThrow(
    expect.objectContaining({
      code: "guest_busy",
      message: "weather: 2 calls wait for an instance already",
    }),
  );
  pool.release(1);
  pool.release(1);
  expect(await Promise.all(waiting)).toEqual([1, 1]);
});

test("an instance that cannot be made fails one call; each that waits tries again", async () => {
  const pool = new Pool("p", counter([1, 2]), LIMITS, new ManualClock());
  const calls = [take(pool), take(pool), take(pool)];
  expect(await Promise.allSettled(calls)).toMatchObject([
    { status: "rejected", reason: { message: "no instance 1" } },
    { status: "rejected", reason: { message: "no instance 2" } },
    { status: "fulfilled", value: 3 },
  ]);
});
