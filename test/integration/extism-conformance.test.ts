import { describe, expect, test } from "vitest";
import {
  type ConformanceCase,
  expectCase,
  output,
  RUNTIMES,
  words,
} from "../support/extism-differential.ts";
import { readGuest } from "../support/guests.ts";

const MEMORY: readonly ConformanceCase[] = [
  {
    says: "blocks have the length they were asked for, none included",
    guest: "extism-blocks",
    hook: "before_request",
    outcome: words(5, 0, 100_000),
  },
  {
    says: "a new block is zero, and words are little-endian wherever they lie in it",
    guest: "extism-blocks",
    hook: "process_endpoint",
    outcome: words(0, 0x0102030405060708n, 0xff),
  },
  {
    says: "a freed block has no length, however often it is freed, and its neighbours keep theirs",
    guest: "extism-blocks",
    hook: "after_response",
    outcome: words(1, 0, 3),
  },
  {
    says: "the input has one length, by itself and as a block",
    guest: "extism-input",
    hook: "before_request",
    input: "Grüße",
    outcome: words(7, 7),
  },
  {
    says: "an input may be empty",
    guest: "extism-input",
    hook: "before_request",
    outcome: words(0, 0),
  },
  {
    says: "the input can be the output",
    guest: "extism-input",
    hook: "process_endpoint",
    input: "as it is",
    outcome: output("as it is"),
  },
  {
    says: "a byte of the input is the same by offset and by address",
    guest: "extism-input",
    hook: "after_response",
    input: "wxyz",
    outcome: words(0x7a, 0x7a),
  },
  {
    says: "eight bytes of the input are the same by offset and by address, up to its end",
    guest: "extism-input",
    hook: "health_check",
    input: "--abcdefgh",
    outcome: words(0x6867666564636261n, 0x6867666564636261n),
  },
  {
    says: "the last output that is set counts",
    guest: "extism-output",
    hook: "before_request",
    outcome: output("abcdefgh"),
  },
  {
    says: "no output is an empty one",
    guest: "extism-output",
    hook: "process_endpoint",
    outcome: output(""),
  },
];

const STATE: readonly ConformanceCase[] = [
  {
    says: "a variable reads back as it was set",
    guest: "extism-variables",
    hook: "process_endpoint",
    input: "a\0ü",
    outcome: output("a\0\xc3\xbc"),
  },
  {
    says: "an empty variable is not absent",
    guest: "extism-variables",
    hook: "process_endpoint",
    outcome: output(""),
  },
  {
    says: "a deleted variable is absent",
    guest: "extism-variables",
    hook: "before_request",
    input: "gone",
    outcome: output("(absent)"),
  },
  {
    says: "a variable that was never set is absent",
    guest: "extism-variables",
    hook: "after_response",
    input: "nobody",
    outcome: output("(absent)"),
  },
  {
    says: "names of Object.prototype are no variables",
    guest: "extism-variables",
    hook: "after_response",
    input: "constructor",
    outcome: output("(absent)"),
  },
  {
    says: "what _initialize sets is there in the call",
    guest: "extism-variables",
    hook: "after_response",
    input: "s",
    outcome: output("started!"),
  },
  {
    says: "a key of the configuration has its value",
    guest: "extism-config",
    hook: "before_request",
    input: "greeting",
    setup: { config: { greeting: "Grüß Gott" } },
    outcome: output(Buffer.from("Grüß Gott").toString("latin1")),
  },
  {
    says: "a key that the configuration lacks is absent",
    guest: "extism-config",
    hook: "before_request",
    input: "farewell",
    setup: { config: { greeting: "hello" } },
    outcome: output("(absent)"),
  },
  {
    says: "an empty value of the configuration is not absent",
    guest: "extism-config",
    hook: "before_request",
    input: "greeting",
    setup: { config: { greeting: "" } },
    outcome: output(""),
  },
  {
    says: "config_get frees the block of the key",
    guest: "extism-config",
    hook: "after_response",
    input: "greeting",
    outcome: words(0),
  },
];

describe.each(RUNTIMES)("in %s", (_, start) => {
  test.each([...MEMORY, ...STATE])("$says", async (each) => {
    await expectCase(start, each);
  });

  test("a guest is called again and again, and each call has its own input and output", async () => {
    await using runtime = await start(await readGuest("echo"));
    for (const input of ["first", "", "a longer third one", "x"]) {
      expect(await runtime.call("process_endpoint", input)).toEqual(output(input));
    }
  });
});
