import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../../../host/src/workbench/doubles/manual-clock.ts";
import { Misses } from "../../../host/src/workbench/doubles/misses.ts";
import { seededRandom } from "../../../host/src/workbench/doubles/seeded-random.ts";
import { SqlDouble, type SqlAnswer } from "../../../host/src/workbench/doubles/sql-double.ts";
import { TcpDouble, type TcpStep } from "../../../host/src/workbench/doubles/tcp-double.ts";
import type { TcpConnection } from "../../../host/src/sandbox/capabilities/peers.ts";

describe("the manual clock", () => {
  test("wakes sleepers when their time comes, and never those that were called off", async () => {
    const clock = new ManualClock();
    const woken: string[] = [];
    const abort = new AbortController();
    const first = clock.sleep(10).then(() => woken.push("first"));
    const called = clock.sleep(10, abort.signal);
    abort.abort(new Error("called off"));
    await expect(called).rejects.toThrow("called off");
    clock.advance(9);
    await Promise.resolve();
    expect(woken).toEqual([]);
    clock.advance(1);
    await first;
    expect([clock.monotonicMs(), clock.print()]).toEqual([10, "2026-01-01T00:00:00.010Z"]);
    const late = AbortSignal.abort(new Error("too late"));
    await expect(clock.sleep(1, late)).rejects.toThrow("too late");
  });

  test.each(["yesterday", "", Number.NaN, 1e20])("%o is no time", (time) => {
    expect(() => new ManualClock(time)).toThrow(/^clock: expected milliseconds since 1970/);
  });
});

test("seeded bytes are the same for a seed, and differ from those of another", () => {
  const draw = (seed: number): string => {
    const bytes = new Uint8Array(32);
    seededRandom(seed)(bytes);
    return Buffer.from(bytes).toString("hex");
  };
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (a, b) => {
      expect(draw(a)).toBe(draw(a));
      if ((a | 0) !== (b | 0)) expect(draw(a)).not.toBe(draw(b));
    }),
  );
});

describe("the SQL double", () => {
  const run = async (answer: SqlAnswer): Promise<unknown> =>
    new SqlDouble([answer], new Misses()).query("main", "SELECT  1\n", [7]);

  test.each<[SqlAnswer, unknown]>([
    [{ statement: "SELECT 1", rows: [{ a: 1 }] }, [{ a: 1 }]],
    [{ statement: "SELECT*" }, []],
    [{ database: "main", statement: "SELECT *", parameters: [7] }, []],
  ])("%o fits", async (answer, rows) => {
    expect(await run(answer)).toEqual(rows);
  });

  test.each<[SqlAnswer, string]>([
    [{ database: "other", statement: "SELECT 1" }, "sql: no answer for SELECT 1 with [7] on main"],
    [{ statement: "SELECT 1", parameters: [8] }, "sql: no answer"],
    [{ statement: "SELECT 2" }, "there are SELECT 2"],
    [{ statement: "SELECT 1", fault: "timeout" }, "sql: timeout"],
  ])("%o does not", async (answer, message) => {
    await expect(run(answer)).rejects.toThrow(message);
  });
});

describe("the TCP double", () => {
  const open = async (steps: readonly TcpStep[]): Promise<TcpConnection> =>
    new TcpDouble({ "a:1": steps }, new Misses()).open("a:1");
  const receive = async (peer: TcpConnection, bytesMax = 100): Promise<string | undefined> => {
    const bytes = await peer.receive(bytesMax, 5);
    return bytes && Buffer.from(bytes).toString();
  };

  test("a peer may speak first, and is heard in parts", async () => {
    const peer = await open([{ sends: "hello" }, { expects: "hi", sends: Buffer.from("!") }]);
    expect([await receive(peer, 2), await receive(peer)]).toEqual(["he", "llo"]);
    await expect(receive(peer)).rejects.toThrow("a:1 sent nothing for 5 ms");
    await peer.send(Buffer.from("h"));
    await expect(receive(peer)).rejects.toThrow("sent nothing");
    await peer.send(Buffer.from("i"));
    expect(await receive(peer)).toBe("!");
  });

  test("a peer that has closed says so, once what it sent is read", async () => {
    const peer = await open([{ sends: "bye", closes: true }, { sends: "never" }]);
    expect([await receive(peer), await receive(peer)]).toEqual(["bye", undefined]);
  });

  test("what a peer does not expect is shown in hex, with what it expects", async () => {
    const peer = await open([{ expects: { hex: "01 02" } }]);
    await expect(peer.send(Buffer.of(1, 3))).rejects.toThrow(
      "tcp: a:1 does not expect 01 03; there are 01 02",
    );
    const done = await open([]);
    await expect(done.send(Buffer.of(1))).rejects.toThrow("does not expect 01; there are nothing");
  });
});
