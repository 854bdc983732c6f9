import { describe, expect, test } from "vitest";
import { readEdits } from "../../../host/src/abi/edits-frame.ts";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { ErrorCode } from "../../../host/src/lib/errors.ts";
import { readGuest } from "../../support/guests.ts";
import { callGuest, start, startGuest, startWat } from "./support.ts";

const BAD_CALLS: readonly (readonly [
  guest: string,
  hook: HookName,
  code: ErrorCode,
  message: string,
])[] = [
  ["trap", "before_request", "guest_trapped", "trapped: unreachable in explode (wasm-function[0])"],
  ["trap", "after_response", "guest_trapped", "trapped: divide by zero in wasm-function[2]"],
  [
    "recursion",
    "before_request",
    "guest_trapped",
    "trapped: call stack exhausted in deeper (wasm-function[0])",
  ],
  [
    "large-output",
    "before_request",
    "guest_output_too_large",
    "returned 10000000 bytes, at most 1048576 are allowed",
  ],
  [
    "status-seven",
    "before_request",
    "guest_status_invalid",
    "returned 7, 0 (done) or 1 (failed) is expected",
  ],
  ["error-set", "before_request", "guest_failed", "failed: no\n    luck"],
  ["error-set", "after_response", "guest_failed", "failed: it gave no reason (error_set)"],
  [
    "lying-lengths",
    "before_request",
    "guest_trapped",
    "trapped: output_set with a range outside of live kernel memory",
  ],
  [
    "lying-lengths",
    "after_response",
    "guest_trapped",
    "trapped: load outside of live kernel memory",
  ],
  ["alloc-forever", "before_request", "guest_failed", "failed: it gave no reason (error_set)"],
  ["beyond-input", "before_request", "guest_trapped", "trapped: load beyond the end of the input"],
  ["canary", "after_response", "guest_trapped", "trapped: load outside of live kernel memory"],
  ["wasi-hello", "after_response", "guest_trapped", "trapped: proc_exit(3)"],
];

describe("a guest that does wrong", () => {
  test.each(BAD_CALLS)(
    "%s %s: %s, and it can be called again",
    async (name, hook, code, reason) => {
      const guest = await startGuest(name);
      const failure = expect.objectContaining({ code, message: `${name}: ${hook} ${reason}` });
      await expect(callGuest(guest, hook)).rejects.toThrow(failure);
      await expect(callGuest(guest, hook)).rejects.toThrow(failure);
    },
  );

  test("leaves the next call a working guest", async () => {
    const guest = await startGuest("trap");
    await expect(callGuest(guest, "before_request")).rejects.toThrow("unreachable");
    await expect(callGuest(guest, "health_check")).resolves.toBe("");
  });

  test("and names a function with control characters cannot forge a log line", async () => {
    const bytes = await readGuest("trap");
    const name = Buffer.from("explode");
    const at = Buffer.from(bytes).indexOf(name);
    bytes.set(Buffer.from("\n\u001b[31mx"), at);
    const guest = await start("trap", bytes, {});
    await expect(callGuest(guest, "before_request")).rejects.toThrow(
      String.raw`trap: before_request trapped: unreachable in \u000a\u001b[31mx (wasm-function[0])`,
    );
  });

  test.each([
    [
      "garbage",
      String.raw`before_request returned a malformed edits frame: line 1: the line is not UTF-8`,
    ],
    [
      "header-injection",
      String.raw`before_request returned a malformed edits frame: line 1: value "1\u000d" holds a control character or one above U+00FF`,
    ],
  ])("by %s is found when its edits are read", async (name, message) => {
    const guest = await startGuest(name);
    const call = async () =>
      guest.call("before_request", { head: "", body: undefined }, (output) =>
        readEdits(output, "before_request"),
      );
    await expect(call()).rejects.toThrow(
      expect.objectContaining({ code: "guest_output_malformed", message }),
    );
    await expect(call()).rejects.toThrow(message);
  });

  test("by an exception that nobody catches traps", async () => {
    const guest = await startWat(`(module
      (tag $oops)
      (func (export "before_request") (result i32) (throw $oops)))`);
    await expect(callGuest(guest, "before_request")).rejects.toThrow(
      "test: before_request trapped: an exception was not caught",
    );
  });

  test("in its start section is refused when it is made", async () => {
    const text = `(module (func $begin unreachable) (start $begin))`;
    await expect(startWat(text)).rejects.toThrow(
      expect.objectContaining({
        code: "guest_trapped",
        message: "test: the start function trapped: unreachable in begin (wasm-function[0])",
      }),
    );
  });
});

describe("input and output", () => {
  test("are limited in bytes, head and body together", async () => {
    const guest = await startGuest("echo", { limits: { inputBytesMax: 10, outputBytesMax: 8 } });
    await expect(callGuest(guest, "process_endpoint", "12345678")).resolves.toBe("12345678");
    await expect(callGuest(guest, "process_endpoint", "123456789")).rejects.toThrow(
      expect.objectContaining({
        code: "guest_output_too_large",
        message: "echo: process_endpoint returned 9 bytes, at most 8 are allowed",
      }),
    );
    const input = { head: "12345", body: Buffer.from("678901") };
    expect(() => guest.call("process_endpoint", input, () => undefined)).toThrow(
      expect.objectContaining({
        code: "guest_input_too_large",
        message: "echo: process_endpoint is given more than 10 bytes",
      }),
    );
  });

  test("of one call leave nothing for the next one to see", async () => {
    const guest = await startGuest("canary");
    await callGuest(guest, "before_request", "SECRET of another caller ".repeat(40));
    const seen = await callGuest(guest, "process_endpoint", "mine");
    expect(seen).toContain("mine");
    expect(seen).not.toMatch(/SECRET|caller/);
  });

  test("of a call that trapped leave nothing for the start of the next instance", async () => {
    const guest = await startGuest("start-residue");
    const trapping = callGuest(guest, "process_endpoint", "SECRET of another caller");
    await expect(trapping).rejects.toThrow("unreachable");
    await expect(callGuest(guest, "before_request", "mine")).resolves.toBe("");
  });
});
