import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HEAD_BYTES_MAX } from "../../../host/src/abi/frame-head.ts";
import { printMessage, readAnswer } from "../../../host/src/abi/message-frame.ts";
import type { MessageAnswer } from "../../../host/src/contracts/messages.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import {
  ANSWER_CASES,
  bytesOf,
  MALFORMED_ANSWER_CASES,
  MESSAGE_CASES,
  type AnswerCase,
} from "../../support/frame-cases.ts";

test.each(MESSAGE_CASES)("a message of schemas/frames.cases.json: $name", (given) => {
  const facts = Object.entries(given.facts).map(
    ([key, value]) => [key, JSON.stringify(value)] as const,
  );
  const { head, body = Buffer.of() } = printMessage(facts, bytesOf(given.payload));
  const frame = Buffer.concat([Buffer.from(head), body]);
  expect(frame.toString("latin1")).toBe(Buffer.from(bytesOf(given.frame)).toString("latin1"));
});

function answerOf({ answer: { state, close = false, bytes } }: AnswerCase): MessageAnswer {
  return { state, close, bytes: bytes === undefined ? undefined : bytesOf(bytes) };
}

/** As a PDK writes it. */
function printAnswer({ state, close, bytes }: MessageAnswer): Buffer {
  const head = `${state === undefined ? "" : `=state: ${state}\n`}${close ? "!close\n" : ""}`;
  return Buffer.concat([Buffer.from(head), ...(bytes ? [Buffer.from("\n"), bytes] : [])]);
}

describe("an answer of schemas/frames.cases.json", () => {
  test.each(ANSWER_CASES)("$name", (given) => {
    expect(readAnswer(bytesOf(given.output))).toEqual(answerOf(given));
  });

  test.each(ANSWER_CASES.filter((given) => given.canonical))("$name, written", (given) => {
    const written = printAnswer(answerOf(given)).toString("latin1");
    expect(written).toBe(Buffer.from(bytesOf(given.output)).toString("latin1"));
  });

  test.each(MALFORMED_ANSWER_CASES)("$name", ({ output, error: { line, reason } }) => {
    const message = `on_message returned a malformed answer: line ${line}: ${reason}`;
    expect(() => readAnswer(bytesOf(output))).toThrow(
      expect.objectContaining({ code: "guest_output_malformed", message }),
    );
  });
});

test("what was written reads back", () => {
  const answer: fc.Arbitrary<MessageAnswer> = fc.record({
    state: fc.option(fc.json({ maxDepth: 5 }), { nil: undefined }),
    close: fc.boolean(),
    bytes: fc.option(fc.uint8Array(), { nil: undefined }),
  });
  fc.assert(
    fc.property(answer, (given) => {
      expect(readAnswer(printAnswer(given))).toEqual(given);
    }),
  );
});

test("any bytes either read or are malformed", () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom("!close\n", "=state: 1\n", "\n", "=").map((text) => Buffer.from(text)),
  );
  const read = (bytes: Uint8Array): string => {
    try {
      return typeof readAnswer(bytes);
    } catch (error) {
      return error instanceof BackworksError ? error.code : String(error);
    }
  };
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
      expect(["object", "guest_output_malformed"]).toContain(read(Buffer.concat(parts)));
    }),
    { numRuns: 1000 },
  );
});

test("a state fits into a head, and no more", () => {
  const state = JSON.stringify("x".repeat(HEAD_BYTES_MAX - "=state: \n".length - 2));
  expect(readAnswer(Buffer.from(`=state: ${state}\n`)).state).toBe(state);
  expect(() => readAnswer(Buffer.from(`=state: ${state}\n!close\n`))).toThrow("exceeds 16384");
});
