import {
  assert,
  bigInt,
  constantFrom,
  oneof,
  property,
  record,
  constant,
  string,
  uint8Array,
} from "fast-check";
import { expect, test } from "vitest";
import { CAPABILITY_FAULTS } from "../../../host/src/contracts/capabilities.ts";
import {
  ANSWER_BYTES,
  printAnswer,
  readAnswer,
  toFault,
  type HostAnswer,
} from "../../../host/src/sandbox/process/answers.ts";
import { MessageReader } from "../../../host/src/sandbox/process/message-reader.ts";

const FAULTS = Object.values(CAPABILITY_FAULTS).map((number) => toFault(BigInt(number)));

test("an answer of any kind reads back as it was written", () => {
  const answer = oneof(
    record({
      kind: constant("bytes" as const),
      bytes: uint8Array().map((each) => Buffer.from(each)),
    }),
    record({
      kind: constant("number" as const),
      number: bigInt({ min: 0n, max: 2n ** 63n - 1n }),
    }),
    record({
      kind: constant("fault" as const),
      fault: constantFrom(...FAULTS),
      message: string({ unit: "grapheme" }),
    }),
    record({ kind: constant("stop" as const), reason: string({ unit: "grapheme" }) }),
    record({ kind: constant("over" as const) }),
  );
  assert(
    property(answer, (sent: HostAnswer) => {
      const [raw] = new MessageReader(ANSWER_BYTES).push(printAnswer(sent));
      expect(raw && readAnswer(raw)).toEqual(sent);
    }),
  );
});

test("what is below 0 and no fault of the table is a bug of ours", () => {
  expect(FAULTS).toEqual(Object.keys(CAPABILITY_FAULTS));
  expect(() => toFault(-10n)).toThrow("a fault of the table");
});
