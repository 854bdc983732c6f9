import { array, assert, bigInt, constant, oneof, property, uint8Array } from "fast-check";
import { describe, expect, test } from "vitest";
import { HOST_FUNCTIONS, USER_NAMESPACE } from "../../../host/src/abi/v1.ts";
import { DEFAULT_LIMITS } from "../../../host/src/sandbox/limits.ts";
import {
  MalformedMessage,
  MessageReader,
} from "../../../host/src/sandbox/process/message-reader.ts";
import {
  ASKED_FUNCTIONS,
  printQuestion,
  QUESTION,
  questionBytesMax,
  readQuestion,
  type Question,
} from "../../../host/src/sandbox/process/questions.ts";

function roundTrip(question: Question): Question {
  const longest = new Map([[QUESTION, questionBytesMax(DEFAULT_LIMITS)]]);
  const [raw] = new MessageReader(longest).push(printQuestion(question));
  if (raw === undefined) throw new Error("the message was incomplete");
  return readQuestion(raw.payload);
}

test("every function with a right behind it has a question, with a form for each parameter", () => {
  const withRights = HOST_FUNCTIONS.filter(
    ({ namespace, name, capability }) =>
      capability !== undefined || name.startsWith("http_") || namespace === USER_NAMESPACE,
  ).filter(({ name }) => name !== "bw_error");
  expect(ASKED_FUNCTIONS.map(({ name }) => name)).toEqual(withRights.map(({ name }) => name));
  for (const { forms, params } of ASKED_FUNCTIONS) {
    expect(forms).toMatch(/^[bn]*$/);
    expect(forms).toHaveLength(params.length);
  }
});

test("a question reads back as it was written, an empty block is not none", () => {
  const number = bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
  const block = oneof(uint8Array(), constant(undefined));
  for (const { name, forms } of ASKED_FUNCTIONS) {
    assert(
      property(array(number, { minLength: 4 }), array(block, { minLength: 4 }), (ns, bs) => {
        const parameters = Array.from(forms, (form, index) =>
          form === "n" ? (ns[index] ?? 0n) : bs[index],
        );
        const read = roundTrip({ name, parameters });
        expect(read.name).toBe(name);
        expect(read.parameters.map(plain)).toEqual(parameters.map(plain));
      }),
      { numRuns: 20 },
    );
  }
});

function plain(parameter: Question["parameters"][number]): unknown {
  return parameter instanceof Uint8Array ? [...parameter] : parameter;
}

describe("a lie is malformed:", () => {
  const get = printQuestion({ name: "bw_kv_get", parameters: [Buffer.from("key")] }).subarray(5);
  const withLength = (length: bigint): Buffer => {
    const changed = Buffer.from(get);
    changed.writeBigInt64LE(length, 1);
    return changed;
  };

  const textOf = (bytes: number): Buffer =>
    printQuestion({ name: "redact", parameters: [Buffer.alloc(bytes)] }).subarray(5);

  test("but the longest text that a guest may say is none", () => {
    expect(readQuestion(textOf(3 * 65_536)).parameters).toHaveLength(1);
  });

  test.each([
    ["no function", Buffer.alloc(0), "a question for an unknown function"],
    ["an unknown function", Buffer.of(255), "a question for an unknown function"],
    ["no parameters", get.subarray(0, 5), "a question for bw_kv_get that is cut off"],
    ["a block that ends too early", get.subarray(0, -1), "with a block that is not there"],
    ["a block beyond the end", withLength(4n), "with a block that is not there"],
    ["a block of 2^62 bytes", withLength(2n ** 62n), "with a block that is not there"],
    ["a block of -2 bytes", withLength(-2n), "with a block that is not there"],
    ["more than its blocks", withLength(2n), "a question for bw_kv_get that is too long"],
    ["a text that no guest says", textOf(3 * 65_536 + 1), "a question for redact that is too long"],
    ["bytes behind no block", withLength(-1n), "a question for bw_kv_get that is too long"],
  ])("%s", (_, payload, reason) => {
    const read = (): unknown => readQuestion(payload);
    expect(read).toThrow(MalformedMessage);
    expect(read).toThrow(reason);
  });

  test("any bytes are a question or malformed", () => {
    assert(
      property(uint8Array(), (payload) => {
        try {
          readQuestion(Buffer.from(payload));
          return true;
        } catch (thrown) {
          return thrown instanceof MalformedMessage;
        }
      }),
    );
  });
});
