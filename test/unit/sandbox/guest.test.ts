import { describe, expect, test } from "vitest";
import { AssertionError } from "../../../host/src/lib/assert.ts";
import { ManualClock } from "../../support/clock.ts";
import { recordLogs } from "../../support/log-records.ts";
import { callGuest, startGuest, startWat } from "./support.ts";

describe("a guest", () => {
  test("is given head and body, and its output is handed over", async () => {
    const guest = await startGuest("echo");
    const body = Uint8Array.of(0, 255, 10, 128, 7, 7, 7, 7, 7);
    const echoed = await guest.call("process_endpoint", { head: "é\n\n", body }, (output) => [
      ...output,
    ]);
    expect(echoed).toEqual([0xc3, 0xa9, 10, 10, ...body]);
  });

  test("answers at once, without a promise, while its instance is alive", async () => {
    const guest = await startGuest("echo");
    const answer = guest.call("before_request", { head: "now", body: undefined }, String);
    expect(answer).toBe("now");
  });

  test("handles a megabyte, and small calls after it", async () => {
    const guest = await startGuest("echo");
    const text = "0123456789abcdef".repeat(65_536);
    await expect(callGuest(guest, "process_endpoint", text)).resolves.toBe(text);
    await expect(callGuest(guest, "process_endpoint", "small")).resolves.toBe("small");
  });

  test("is never called by a hook that it lacks: that is the host's own bug", async () => {
    const guest = await startGuest("echo");
    expect(() => guest.call("health_check", { head: "", body: undefined }, String)).toThrow(
      AssertionError,
    );
  });

  test("shows a bug in the reader of its output unchanged, and goes on", async () => {
    const guest = await startGuest("echo");
    const bug = new TypeError("ours");
    const call = () =>
      guest.call("before_request", { head: "", body: undefined }, () => {
        throw bug;
      });
    expect(call).toThrow(bug);
    expect(call).toThrow(bug);
  });
});

describe("http functions", () => {
  test("that need no capability say that there was no response", async () => {
    const guest = await startWat(`(module
      (import "extism:host/env" "http_status_code" (func $status (result i32)))
      (import "extism:host/env" "http_headers" (func $headers (result i64)))
      (func (export "before_request") (result i32)
        (i32.or (call $status) (i32.wrap_i64 (call $headers)))))`);
    await expect(callGuest(guest, "before_request")).resolves.toBe("");
  });
});

describe("a bug in a host function", () => {
  test("is never taken for the guest's, and the next call gets a new instance", async () => {
    const bug = new TypeError("ours");
    const { logger } = recordLogs();
    const broken = {
      ...logger,
      isLevelEnabled: () => true,
      trace: () => {
        throw bug;
      },
    };
    const guest = await startGuest("log", { logger: broken });
    await expect(callGuest(guest, "after_response")).rejects.toBe(bug);
    await expect(callGuest(guest, "after_response")).rejects.toBe(bug);
  });
});

describe("initialize", () => {
  test("is given the configuration as JSON, in every new instance", async () => {
    const config = { greeting: "hi", list: [1] };
    const guest = await startGuest("config", { config });
    await expect(callGuest(guest, "process_endpoint")).resolves.toBe(JSON.stringify(config));
    await expect(callGuest(guest, "health_check")).rejects.toThrow("var_set");
    await expect(callGuest(guest, "process_endpoint")).resolves.toBe(JSON.stringify(config));
  });

  test("that fails refuses the guest", async () => {
    const text = `(module (func (export "initialize") (result i32) (i32.const 1)))`;
    await expect(startWat(text)).rejects.toThrow(
      expect.objectContaining({
        code: "guest_failed",
        message: "test: initialize failed: it gave no reason (error_set)",
      }),
    );
  });
});

describe("config_get", () => {
  const config = { text: "plain", number: 5, list: [1, 2], nothing: null, empty: "" };

  test.each([
    ["text", "plain"],
    ["number", "5"],
    ["list", "[1,2]"],
    ["nothing", "null"],
    ["empty", ""],
    ["missing", ""],
    ["constructor", ""],
    ["__proto__", ""],
    ["backworks:config", JSON.stringify(config)],
  ])("of %s answers %s", async (key, value) => {
    const guest = await startGuest("config", { config });
    await expect(callGuest(guest, "before_request", key)).resolves.toBe(value);
  });
});

describe("variables", () => {
  test("of one call are gone in the next one, which finds those of initialize", async () => {
    const guest = await startGuest("config", { config: { a: 1 } });
    await expect(callGuest(guest, "process_endpoint", "SECRET")).resolves.toBe(`{"a":1}`);
    await expect(callGuest(guest, "process_endpoint", "SECRET")).resolves.toBe(`{"a":1}`);
    await expect(callGuest(guest, "after_response")).resolves.toBe("");
    await expect(callGuest(guest, "process_endpoint")).resolves.toBe(`{"a":1}`);
  });

  test("take so many bytes and no more", async () => {
    const guest = await startGuest("config");
    await expect(callGuest(guest, "health_check")).rejects.toThrow(
      "config: health_check trapped: var_set takes more than 1048576 bytes or 1000 variables",
    );
  });
});

describe("the log of a guest", () => {
  test("is escaped and has the level that it was written at", async () => {
    const { logger, records } = recordLogs();
    const guest = await startGuest("log", { logger });
    await callGuest(guest, "after_response");
    expect(records).toEqual([["trace", "a\n    b"]]);
  });

  test("takes 64 records of 1 KiB per call and counts the rest", async () => {
    const { logger, records } = recordLogs();
    const guest = await startGuest("log", { logger });
    await callGuest(guest, "before_request", "x".repeat(100));
    expect(records).toHaveLength(65);
    expect(new Set(records.slice(0, 64).map(([level]) => level))).toEqual(new Set(["info"]));
    expect(records[0]?.[1]).toMatch(/^A{8}(\\u0000){1016}…$/);
    expect(records[64]).toEqual(["warn", "37 more log records dropped"]);

    await callGuest(guest, "before_request", "x");
    expect(records.slice(65).map(([level]) => level)).toEqual(["info", "warn"]);
  });

  test("leaves out what nobody wants to see, and the guest can ask first", async () => {
    const { logger, records } = recordLogs("warn");
    const guest = await startGuest("log", { logger });
    await callGuest(guest, "before_request", "x".repeat(100));
    expect(records).toEqual([["warn", "w"]]);
    await expect(callGuest(guest, "after_response")).rejects.toThrow("returned 3,");
    const silent = await startGuest("log", { logger: recordLogs("silent").logger });
    await expect(callGuest(silent, "after_response")).rejects.toThrow("returned 2147483647,");
  });
});

describe("WASI", () => {
  test("starts a reactor once and gives it a clock, random bytes, stdout and nothing else", async () => {
    const { logger, records } = recordLogs();
    const guest = await startGuest("wasi-hello", { logger, clock: new ManualClock() });
    await expect(callGuest(guest, "before_request")).resolves.toBe("");
    expect(records).toEqual([
      ["info", "hello"],
      ["info", "world!"],
    ]);
  });
});
