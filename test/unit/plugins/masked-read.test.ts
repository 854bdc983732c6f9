import { expect, test } from "vitest";
import { readEdits } from "../../../host/src/abi/edits-frame.ts";
import { readMasked } from "../../../host/src/plugins/masked-read.ts";
import { createRedactor } from "../../../host/src/sandbox/capabilities/redactor.ts";

const SECRET = "open sesame";
const read = readMasked((output) => readEdits(output, "before_request"), createRedactor([SECRET]));

test("what can be read is read as it is, secrets too", () => {
  const { headers } = read(Buffer.from(`+authorization: ${SECRET}\n`));
  expect(headers).toEqual([{ kind: "set", name: "authorization", value: SECRET }]);
});

test("what cannot be read and holds no secret is quoted as it is", () => {
  expect(() => read(Buffer.from("oops\n"))).toThrow('line 1: "oops" begins with none of');
});

test.each([
  ["is quoted with its mask", `${SECRET}\n`, 'line 1: "***" begins with none of'],
  ["is masked before the quote is cut", `${"x".repeat(75)}${SECRET}\n`, 'xxx***" begins'],
  ["is not quoted where its mask could be read", `+${SECRET}: x\n`, "where it holds a secret"],
])("a secret %s in what cannot be read", (_, output, message) => {
  const failure = expect.objectContaining({
    code: "guest_output_malformed",
    message: expect.stringContaining(message),
  });
  expect(() => read(Buffer.from(output))).toThrow(failure);
  expect(() => read(Buffer.from(output))).not.toThrow("ope");
});

test("a bug of the host's stays what it is", () => {
  const bug = new TypeError("ours");
  const broken = readMasked(
    () => {
      throw bug;
    },
    createRedactor([SECRET]),
  );
  expect(() => broken(Buffer.from(SECRET))).toThrow(bug);
});
