import { assert, integer, maxSafeNat, nat, property, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { BackworksError, type ErrorCode } from "../../../host/src/lib/errors.ts";
import { DEFAULT_LIMITS } from "../../../host/src/sandbox/limits.ts";
import {
  MalformedMessage,
  MessageReader,
} from "../../../host/src/sandbox/process/message-reader.ts";
import {
  addUsed,
  NOTHING_USED,
  printBug,
  printDone,
  printFailure,
  printReady,
  printRecord,
  readReply,
  replyBytesMax,
  type GuestReply,
} from "../../../host/src/sandbox/process/replies.ts";

function roundTrip(message: Buffer): GuestReply {
  const [raw] = new MessageReader(replyBytesMax(DEFAULT_LIMITS)).push(message);
  if (raw === undefined) throw new Error("the message was incomplete");
  return readReply(raw);
}

function failureOf(reply: GuestReply): BackworksError {
  if (reply.kind !== "failed") throw new Error(`expected a failure, got ${reply.kind}`);
  return reply.error;
}

describe("a reply", () => {
  test("with any output reads back", () => {
    assert(
      property(nat(0xffff_ffff), uint8Array(), maxSafeNat(), nat(), (id, output, fuel, bytes) => {
        const used = { fuel, memoryBytes: bytes };
        expect(roundTrip(addUsed(printDone(id, output), used))).toEqual({
          kind: "done",
          id,
          used,
          output: Buffer.from(output),
        });
      }),
    );
  });

  test("that the guest is ready has nothing more to say", () => {
    expect(roundTrip(printReady())).toEqual({ kind: "ready" });
  });

  test("with a failure keeps code, message and plain details", () => {
    const details = { plugin: "p", hook: "before_request", limit: 5, wide: false };
    const sent = new BackworksError("guest_failed", "p: before_request failed: no", { details });
    const { code, message, details: received } = failureOf(roundTrip(printFailure(7, sent)));
    expect({ code, message, received }).toEqual({
      code: "guest_failed",
      message: "p: before_request failed: no",
      received: details,
    });
  });

  test("with a failure loses details that nobody expects", () => {
    const details = {
      plugin: "a\nb",
      deep: { a: 1 },
      ["__proto__"]: "x",
      "not a name": 1,
      long: "x".repeat(1000),
      nothing: null,
    };
    const error = failureOf(
      roundTrip(printFailure(7, new BackworksError("guest_failed", "", { details }))),
    );
    expect(error.details).toEqual({ plugin: String.raw`a\u000ab`, long: `${"x".repeat(512)}…` });
  });

  test("with a message of many lines keeps them, escaped", () => {
    const sent = new BackworksError("guest_trapped", `a\nb${"\u0000".repeat(100_000)}`);
    const { message } = failureOf(roundTrip(printFailure(1, sent)));
    expect(message).toMatch(/^a\n {4}b(\\u0000)+$/);
    expect(message.length).toBeLessThan(60_000);
  });

  test("with a bug keeps the stack", () => {
    const bug = new TypeError("ours");
    const told = { kind: "bug", id: 3, used: NOTHING_USED };
    expect(roundTrip(printBug(3, bug))).toEqual({ ...told, text: bug.stack });
    expect(roundTrip(printBug(3, "text"))).toEqual({ ...told, text: "text" });
  });

  test("with a log record keeps what only its process knows, escaped", () => {
    const forged = { level: "error", plugin: "other", requestId: "1", msg: "x" };
    const fields = { ...forged, hook: "before\nrequest", dropped: 3 };
    const record = { level: "warn", hook: String.raw`before\u000arequest`, dropped: 3 };
    expect(roundTrip(printRecord("warn", fields, "a\nb"))).toEqual({
      kind: "log",
      record: { ...record, text: "a\n    b" },
    });
    expect(roundTrip(printRecord("info", { hook: 1, dropped: "3" }, "a"))).toEqual({
      kind: "log",
      record: { level: "info", text: "a" },
    });
  });
});

describe("a lie is malformed:", () => {
  /** Id, fuel and bytes, all 0. */
  const head = Buffer.alloc(20);
  const failure = (text: string): Buffer => Buffer.concat([head, Buffer.from(text)]);
  const used = (fuel: number, memoryBytes: number): Buffer =>
    addUsed(printDone(1, Buffer.alloc(0)), { fuel, memoryBytes }).subarray(5);

  test.each<[string, number, Buffer, string]>([
    ["an answer without an id", 2, Buffer.of(1, 2, 3), "a reply of 3 bytes"],
    ["an answer that used less than nothing", 2, used(-1, 0), "no number of units"],
    ["an answer that used a part of a byte", 2, used(0, 0.5), "no number of units"],
    ["an answer that used without end", 2, used(Infinity, 0), "no number of units"],
    ["a failure without parts", 3, failure("guest_failed"), "a text without its parts"],
    ["a failure with an unknown code", 3, failure("guest_odd\n{}\nx"), "that no guest can have"],
    ["a failure that is the client's", 3, failure("route_not_found\n{}\nx"), "no guest can have"],
    ["a failure that is ours", 3, failure("internal\n{}\nx"), "that no guest can have"],
    ["a failure by a name of Object", 3, failure("constructor\n{}\nx"), "that no guest can have"],
    ["details that are no JSON", 3, failure("guest_failed\n{\nx"), "no JSON object"],
    ["details that are no object", 3, failure("guest_failed\nnull\nx"), "no JSON object"],
    ["a record of no level", 5, Buffer.of(1, 0), "a record of an unknown level"],
    ["a record of an unknown level", 5, Buffer.from("\u0009\0\0\0{}\nx"), "of an unknown level"],
    ["a record without text", 5, Buffer.from("\0\0\0\0{}"), "a text without its parts"],
    ["a kind of its own", 7, head, "a reply of kind 7"],
  ])("%s", (_, kind, payload, reason) => {
    const read = (): unknown => readReply({ kind, payload });
    expect(read).toThrow(MalformedMessage);
    expect(read).toThrow(reason);
  });

  test("any bytes are a reply or malformed", () => {
    assert(
      property(integer({ min: 1, max: 7 }), uint8Array(), (kind, payload) => {
        try {
          readReply({ kind, payload: Buffer.from(payload) });
          return true;
        } catch (thrown) {
          return thrown instanceof MalformedMessage;
        }
      }),
    );
  });
});

test.each<ErrorCode>(["guest_trapped", "guest_output_too_large", "plugin_malformed"])(
  "%s may come from a guest's process",
  (code) => {
    expect(failureOf(roundTrip(printFailure(1, new BackworksError(code, "x")))).code).toBe(code);
  },
);
