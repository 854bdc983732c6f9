import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEdits } from "../../../host/src/abi/edits-frame.ts";
import { HEAD_BYTES_MAX } from "../../../host/src/abi/frame-head.ts";
import { HEADER_EDITS_MAX } from "../../../host/src/abi/edit-line.ts";
import { HOST_HEADERS, NO_EDITS, type Edits } from "../../../host/src/contracts/exchange.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { bytesOf, EDITS_CASES, editsOf, MALFORMED_CASES } from "../../support/frame-cases.ts";

const malformed = (hook: string, line: number, reason: string): unknown =>
  expect.objectContaining({
    code: "guest_output_malformed",
    message: `${hook} returned a malformed edits frame: line ${line}: ${reason}`,
    details: { hook, line, reason },
  });

describe("an edits frame of schemas/frames.cases.json", () => {
  test.each(EDITS_CASES)("$name", (given) => {
    expect(readEdits(bytesOf(given.output), given.hook)).toEqual(editsOf(given));
  });

  test.each(EDITS_CASES.filter((given) => given.canonical))("$name, written", (given) => {
    const written = printEdits(editsOf(given)).toString("latin1");
    expect(written).toBe(Buffer.from(bytesOf(given.output)).toString("latin1"));
  });

  test.each(MALFORMED_CASES)("$name", ({ output, hook, error }) => {
    expect(() => readEdits(bytesOf(output), hook)).toThrow(
      malformed(hook, error.line, error.reason),
    );
  });
});

/** As a PDK writes it: status, target, headers, context, body. */
function printEdits({ status, target, headers, context, body }: Edits): Buffer {
  let head = status === undefined ? "" : `!${status}\n`;
  if (target !== undefined) head += `>${target}\n`;
  for (const edit of headers) {
    if (edit.kind === "remove") head += `-${edit.name}\n`;
    else head += `${edit.kind === "set" ? "+" : "&"}${edit.name}: ${edit.value}\n`;
  }
  for (const [key, json] of context) head += `=${key}: ${json}\n`;
  const tail = body === undefined ? [] : [Buffer.from("\n"), body];
  return Buffer.concat([Buffer.from(head), ...tail]);
}

const name = fc.stringMatching(/^x-[a-z0-9!#$%&'*+.^_`|~-]{0,20}$/);
const value = fc.string({
  unit: fc.mapToConstant(
    { num: 95, build: (n) => String.fromCharCode(32 + n) },
    { num: 128, build: (n) => String.fromCharCode(128 + n) },
  ),
});
const edits: fc.Arbitrary<Edits> = fc.record({
  status: fc.option(fc.integer({ min: 200, max: 599 }), { nil: undefined }),
  target: fc.option(fc.stringMatching(/^\/[!-"$-~]{0,30}$/), { nil: undefined }),
  headers: fc.array(
    fc.oneof(
      fc.record({ kind: fc.constantFrom("set" as const, "append" as const), name, value }),
      fc.record({ kind: fc.constant("remove" as const), name }),
    ),
    { maxLength: 20 },
  ),
  context: fc.array(
    fc.tuple(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}$/), fc.json({ maxDepth: 5 })),
    { maxLength: 3 },
  ),
  body: fc.option(fc.uint8Array({ maxLength: 100 }), { nil: undefined }),
});

test("what was written reads back", () => {
  fc.assert(
    fc.property(edits, (given) => {
      expect(readEdits(printEdits(given), "before_request")).toEqual(given);
    }),
  );
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    readEdits(bytes, "before_request");
    return "read";
  } catch (error) {
    return error instanceof BackworksError ? error.code : String(error);
  }
}

test("any bytes either read or are malformed", () => {
  const line = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom("!200\n", "+x: 1\n", "\n", "=k: {}\n", ">", "-")
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), (parts) => {
      expect(["read", "guest_output_malformed"]).toContain(outcomeOf(Buffer.concat(parts)));
    }),
    { numRuns: 1000 },
  );
});

test("an empty output is the one frozen answer that changes nothing", () => {
  expect(readEdits(new Uint8Array(0), "after_response")).toBe(NO_EDITS);
});

test("a body is a copy: the output may be lent", () => {
  const output = Buffer.from("\nbody");
  const { body } = readEdits(output, "after_response");
  output.fill(0);
  expect(Buffer.from(body ?? "").toString()).toBe("body");
});

test.each([...HOST_HEADERS])("%s is never a plugin's to write", (header) => {
  for (const line of [`+${header}: 1\n`, `&${header.toUpperCase()}: 1\n`, `-${header}\n`]) {
    const reason = `header ${header} is written by the host alone`;
    expect(() => readEdits(Buffer.from(line), "after_response")).toThrow(
      malformed("after_response", 1, reason),
    );
  }
});

function headerEdits(count: number): Buffer {
  return Buffer.from("+x: 1\n".repeat(count));
}

test("a hundred header edits are read, one more is refused", () => {
  const read = readEdits(headerEdits(HEADER_EDITS_MAX), "after_response");
  expect(read.headers).toHaveLength(HEADER_EDITS_MAX);
  expect(() => readEdits(headerEdits(HEADER_EDITS_MAX + 1), "after_response")).toThrow(
    malformed("after_response", HEADER_EDITS_MAX + 1, "more than 100 header edits"),
  );
});

function headOf(bytes: number): string {
  return `+x: ${"v".repeat(bytes - 5)}\n`;
}

test("a head of exactly 16 KiB is read with or without a body, one byte more is refused", () => {
  const full = headOf(HEAD_BYTES_MAX);
  expect(full).toHaveLength(HEAD_BYTES_MAX);
  expect(readEdits(Buffer.from(full), "after_response").body).toBeUndefined();
  expect(readEdits(Buffer.from(`${full}\nbody`), "after_response").body).toHaveLength(4);
  for (const tail of ["", "\nbody"]) {
    const frame = Buffer.from(headOf(HEAD_BYTES_MAX + 1) + tail);
    expect(() => readEdits(frame, "after_response")).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/line [12]: the head exceeds 16384 bytes$/),
      }),
    );
  }
});

test("a context value of 32 levels is read, brackets in strings do not count", () => {
  const deep = `${"[".repeat(32)}${"]".repeat(32)}`;
  const text = JSON.stringify(`${"[".repeat(100)}"\\`);
  const frame = Buffer.from(`=deep: ${deep}\n=text: ${text}\n`);
  expect(readEdits(frame, "before_request").context).toEqual([
    ["deep", deep],
    ["text", text],
  ]);
});
