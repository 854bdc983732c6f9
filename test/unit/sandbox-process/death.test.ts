import { describe, expect, test } from "vitest";
import { ManualClock } from "../../support/clock.ts";
import { isAlive, launchScript, startProcess, startWatProcess } from "./support.ts";

const SHORT = {
  limits: { call: { fuel: 1_000_000, timeMs: 200 } },
  process: { graceMs: 100 },
};

const LOOP = `(module
  (func (export "before_request") (result i32) (loop $again (br $again)) (i32.const 0))
  (func (export "process_endpoint") (result i32) (i32.const 0)))`;

describe("a call that does not end", () => {
  test("is cut off at its deadline with its process; the host does other things meanwhile", async () => {
    using isolated = await startProcess("echo", SHORT);
    using other = await startProcess("echo");
    const first = isolated.pid();
    // Whatever keeps a process from answering: a stopped one does nothing at all.
    process.kill(first, "SIGSTOP");
    const hanging = isolated.call("before_request");
    const over = new AbortController();
    const ending = hanging.catch(() => over.abort());
    let served = 0;
    for (; !over.signal.aborted; served++) {
      await expect(other.call("before_request", "other")).resolves.toBe("other");
    }
    await ending;
    expect(served).toBeGreaterThan(10);
    await expect(hanging).rejects.toMatchObject({
      code: "guest_timed_out",
      message: "echo: before_request took longer than 200 ms; its process was ended",
      details: { plugin: "echo", hook: "before_request", timeoutMs: 200 },
    });
    expect(isAlive(first)).toBe(false);
    await expect(isolated.call("process_endpoint", "next")).resolves.toBe("next");
    expect(isolated.pid()).not.toBe(first);
  });

  test("does not take the calls behind it with it: they go to the next process", async () => {
    using isolated = await startProcess("echo", SHORT);
    process.kill(isolated.pid(), "SIGSTOP");
    const [hanging, ...others] = await Promise.allSettled([
      isolated.call("before_request", "1"),
      isolated.call("before_request", "2"),
      isolated.call("before_request", "3"),
    ]);
    expect(hanging).toMatchObject({ reason: { code: "guest_timed_out" } });
    expect(others.map((outcome) => outcome.status === "fulfilled" && outcome.value)).toEqual([
      "2",
      "3",
    ]);
  });

  test("has as much time as its caller says", async () => {
    using isolated = await startProcess("echo", SHORT);
    process.kill(isolated.pid(), "SIGSTOP");
    const input = { head: "", body: undefined };
    const limits = { fuel: 1_000_000, timeMs: 5 };
    await expect(isolated.guest.call("before_request", input, String, { limits })).rejects.toThrow(
      "took longer than 5 ms",
    );
  });

  test("of a guest in a loop is ended by the sandbox there, without its process", async () => {
    using isolated = await startWatProcess(LOOP, SHORT);
    await expect(isolated.call("before_request")).rejects.toMatchObject({
      code: expect.stringMatching(/^guest_(?:fuel_exhausted|timed_out)$/),
    });
    await expect(isolated.call("process_endpoint")).resolves.toBe("");
    expect(isolated.records).toHaveLength(1);
  });
});

describe("a process that ends", () => {
  test("by SIGKILL fails the call in flight, and the next one gets a new process", async () => {
    using isolated = await startProcess("echo");
    process.kill(isolated.pid(), "SIGSTOP");
    const hanging = isolated.call("before_request");
    process.kill(isolated.pid(), "SIGKILL");
    await expect(hanging).rejects.toMatchObject({
      code: "guest_process_died",
      message:
        "echo: before_request was cut off with the plugin's process: it was ended by SIGKILL",
    });
    await expect(isolated.call("process_endpoint", "next")).resolves.toBe("next");
  });

  test("without a call in flight fails none", async () => {
    using isolated = await startProcess("echo");
    process.kill(isolated.pid(), "SIGKILL");
    await expect.poll(() => isolated.records.at(-1)?.msg).toBe("process of the plugin ended");
    await expect(isolated.call("before_request", "next")).resolves.toBe("next");
  });

  test("again and again is started after a growing delay, and calls fail at once until then", async () => {
    const clock = new ManualClock();
    using isolated = await startProcess("echo", { clock });
    const die = async (): Promise<void> => {
      const pid = isolated.pid();
      process.kill(pid, "SIGKILL");
      await expect.poll(() => isolated.records.at(-1)).toMatchObject({ level: "warn" });
    };
    await die();
    await expect(isolated.call("before_request", "1")).resolves.toBe("1");
    await die();
    await expect(isolated.call("before_request", "2")).rejects.toMatchObject({
      code: "guest_process_died",
      message: expect.stringContaining("it ended too often; a new one is made in 1000 ms"),
    });
    clock.advance(1000);
    await expect(isolated.call("before_request", "3")).resolves.toBe("3");
    await die();
    clock.advance(1999);
    await expect(isolated.call("before_request", "4")).rejects.toThrow("in 1 ms");
    clock.advance(1);
    await expect(isolated.call("before_request", "5")).resolves.toBe("5");
  });

  test("too often is an outage until one runs again, which asking for it begins", async () => {
    const clock = new ManualClock();
    using isolated = await startProcess("echo", { clock });
    const die = async (): Promise<void> => {
      process.kill(isolated.pid(), "SIGKILL");
      await expect.poll(() => isolated.records.at(-1)).toMatchObject({ level: "warn" });
    };
    await die();
    expect(isolated.guest.outage()).toBeUndefined();
    await expect(isolated.call("before_request", "1")).resolves.toBe("1");
    const first = isolated.pid();
    await die();
    const outage = {
      code: "guest_process_died",
      message:
        "echo: its process ended too often, a new one is made later: it was ended by SIGKILL",
    };
    expect(isolated.guest.outage()).toMatchObject(outage);
    clock.advance(999);
    expect(isolated.guest.outage()).toMatchObject(outage);
    expect(isolated.pid()).toBe(first);
    clock.advance(1);
    expect(isolated.guest.outage()).toMatchObject(outage);
    await expect.poll(() => isolated.guest.outage()).toBeUndefined();
    expect(isolated.pid()).not.toBe(first);
  });

  test("is not ended by what a service manager sends at a stop", async () => {
    using isolated = await startProcess("echo");
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.kill(isolated.pid(), signal);
    await expect(isolated.call("before_request", "still")).resolves.toBe("still");
    expect(isolated.records).toHaveLength(1);
  });
});

describe("a process that lies is ended:", () => {
  const READY = `say(1, Buffer.alloc(0));`;

  test.each([
    [
      "an answer before its start",
      `say(2, Buffer.alloc(20))`,
      "it sent an answer before its start",
    ],
    ["an unknown kind", `say(77, Buffer.alloc(4))`, "it sent a message of unknown kind 77"],
    ["silence and an exit", `process.exit(3)`, "it ended by itself (exit code 3)"],
    [
      "a failure of a call",
      `say(3, Buffer.from("1234" + "\\0".repeat(16) + "guest_failed\\n{}\\nx"))`,
      "before its start",
    ],
  ])("at start, %s", async (_, lines, reason) => {
    const start = startProcess("echo", {
      launch: launchScript(`${lines}; setInterval(() => {}, 1e6)`),
    });
    await expect(start).rejects.toMatchObject({
      code: "guest_process_died",
      message: expect.stringContaining(reason),
    });
  });

  test("at start, silence", async () => {
    const launch = launchScript(`setInterval(() => {}, 1e6)`);
    await expect(
      startProcess("echo", { launch, process: { startMsMax: 200 } }),
    ).rejects.toMatchObject({
      code: "guest_timed_out",
      message: "echo: it did not start within 200 ms",
    });
  });

  test.each([
    ["two starts", READY, "it sent a second start"],
    [
      "an answer to no call",
      `say(2, Buffer.alloc(20, 9).fill(0, 4));`,
      "a call that it was not given",
    ],
    ["an endless answer", `say(2, Buffer.alloc(2e6));`, "it sent a message of kind 2 with 2000000"],
    [
      "a flood of records",
      `for (;;) say(5, Buffer.from("\\0\\0\\0\\0{}\\nx"));`,
      "too many log records",
    ],
    ["an end of its pipe", `require("node:fs").closeSync(3);`, "it was ended by SIGKILL"],
  ])("in a call, %s", async (_, lines, reason) => {
    const launch = launchScript(`listen(); ${READY} listen(); ${lines} setInterval(() => {}, 1e6)`);
    using isolated = await startProcess("echo", { launch });
    await expect(isolated.call("before_request")).rejects.toMatchObject({
      code: "guest_process_died",
      message: expect.stringContaining(reason),
    });
    await expect.poll(() => isAlive(isolated.pid())).toBe(false);
  });

  test("its last words are in the log, escaped", async () => {
    const launch = launchScript(`console.error("\\u001b[31mout of\\nmemory"); process.exit(134)`);
    const { createTestLogger } = await import("../../support/app.ts");
    const { logger, records } = createTestLogger();
    await expect(startProcess("echo", { launch, logger })).rejects.toThrow("exit code 134");
    expect(records.at(-1)).toMatchObject({
      code: 134,
      lastWords: String.raw`\u001b[31mout of\u000amemory`,
    });
  });

  test("a system that starts no process is said as such", async () => {
    const { spawn } = await import("node:child_process");
    const launch = () => spawn("/no/such/program");
    await expect(startProcess("echo", { launch })).rejects.toMatchObject({
      code: "guest_process_died",
      message: expect.stringContaining("the system starts no more processes"),
    });
  });
});
