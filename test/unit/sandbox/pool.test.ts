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

test("a call that waits until nobody waits for it gives its place up", async () => {
  const pool = new Pool("p", counter(), LIMITS, new ManualClock());
  const first = await pool.acquire();
  const left = new AbortController();
  const [gone, waiting] = [pool.acquire(left.signal), take(pool)];
  left.abort();
  await expect(gone).rejects.toMatchObject({
    code: "guest_timed_out",
    message: "p: nobody waits any more for a call that waits for an instance",
  });
  pool.release(first);
  expect(await waiting).toBe(1);
});

test("a call that got its instance keeps it when nobody waits any more", async () => {
  const pool = new Pool("p", counter(), LIMITS, new ManualClock());
  const left = new AbortController();
  const first = await pool.acquire();
  const waiting = pool.acquire(left.signal);
  pool.release(first);
  left.abort();
  expect(await waiting).toBe(1);
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

test("a guest that fails to start again and again is left alone for a while", async () => {
  const clock = new ManualClock();
  const pool = new Pool("weather", counter([1, 2, 3, 4]), LIMITS, clock);
  for (const failed of [1, 2, 3]) await expect(take(pool)).rejects.toThrow(`no instance ${failed}`);
  await expect(take(pool)).rejects.toThrow(
    expect.objectContaining({
      code: "guest_unavailable",
      message: "weather: it failed to start 3 times, the next try is in 1000 ms: no instance 3",
    }),
  );
  clock.advance(1000);
  await expect(take(pool)).rejects.toThrow("no instance 4");
  clock.advance(1999);
  await expect(take(pool)).rejects.toThrow("the next try is in 1 ms");
  clock.advance(1);
  await expect(take(pool)).resolves.toBe(5);
});

test("the delay does not grow beyond ten seconds, and one success ends it", async () => {
  const clock = new ManualClock();
  const pool = new Pool("p", counter([1, 2, 3, 4, 5, 6, 7, 8, 10]), LIMITS, clock);
  for (let failure = 1; failure <= 8; failure++) {
    await expect(take(pool)).rejects.toThrow("no instance");
    clock.advance(10_000);
  }
  await expect(take(pool)).resolves.toBe(9);
  pool.discard();
  await expect(take(pool)).rejects.toThrow("no instance 10");
  await expect(take(pool)).resolves.toBe(11);
});

test("a drained pool gives its idle instances away and makes new ones", async () => {
  const pool = new Pool("p", counter(), { instancesMax: 2, waitersMax: 1 }, new ManualClock());
  const lent = await pool.acquire();
  pool.release(await pool.acquire());
  expect(pool.drain()).toEqual([2]);
  pool.release(lent);
  expect(pool.acquire()).toBe(1);
  expect(await pool.acquire()).toBe(3);
});

test("there is an outage from the third failure until an instance is made", async () => {
  const clock = new ManualClock();
  const pool = new Pool("weather", counter([1, 2, 3]), LIMITS, clock);
  for (let failure = 1; failure <= 3; failure++) {
    expect(pool.outage).toBeUndefined();
    await expect(take(pool)).rejects.toThrow(`no instance ${failure}`);
  }
  expect(pool.outage).toMatchObject({ code: "guest_unavailable" });
  expect(pool.isDue).toBe(false);
  clock.advance(1000);
  expect(pool.outage).toMatchObject({ code: "guest_unavailable" });
  expect(pool.isDue).toBe(true);
  await take(pool);
  expect(pool.outage).toBeUndefined();
});

test("there is no outage while one instance works, whatever becomes of others", async () => {
  const limits = { instancesMax: 2, waitersMax: 2 };
  const pool = new Pool("p", counter([2, 3, 4]), limits, new ManualClock());
  await take(pool);
  for (let failure = 2; failure <= 4; failure++) {
    await expect(take(pool)).rejects.toThrow(`no instance ${failure}`);
  }
  expect(pool.outage).toBeUndefined();
  pool.discard();
  expect(pool.outage).toMatchObject({ code: "guest_unavailable" });
});
