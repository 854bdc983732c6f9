import { describe, test } from "vitest";
import {
  type ConformanceCase,
  expectCase,
  failed,
  halfWords,
  output,
  RUNTIMES,
  trapped,
  words,
} from "../support/extism-differential.ts";

/** Extism's number for "nothing is logged". */
const OFF = 0x7fff_ffff;

const LOGS: readonly ConformanceCase[] = [
  {
    says: "a guest logs at five levels and knows that all are logged",
    guest: "extism-log",
    hook: "before_request",
    input: "müde",
    setup: { logLevel: "trace" },
    outcome: words(0),
    logs: ["trace", "debug", "info", "warn", "error"].map((level) => [level, "müde"] as const),
  },
  {
    says: "what is below the level is not logged",
    guest: "extism-log",
    hook: "before_request",
    input: "tired",
    setup: { logLevel: "warn" },
    outcome: words(3),
    logs: [
      ["warn", "tired"],
      ["error", "tired"],
    ],
  },
  {
    says: "a silent host logs nothing and says so",
    guest: "extism-log",
    hook: "before_request",
    input: "quiet",
    setup: { logLevel: "silent" },
    outcome: words(OFF),
  },
  {
    says: "the host frees the block of a text, logged or not",
    guest: "extism-log",
    hook: "process_endpoint",
    input: "quiet",
    setup: { logLevel: "error" },
    outcome: words(0),
  },
];

const ENDS: readonly ConformanceCase[] = [
  {
    says: "a guest says why it failed",
    guest: "extism-errors",
    hook: "before_request",
    input: "the river is frozen: ❄",
    outcome: failed("the river is frozen: ❄"),
  },
  {
    says: "error_get answers the block of the reason, and the last reason counts",
    guest: "extism-errors",
    hook: "process_endpoint",
    input: "earlier",
    outcome: failed("later!!!"),
  },
  {
    says: "unreachable traps in V8's words",
    guest: "extism-traps",
    hook: "before_request",
    outcome: trapped("unreachable"),
  },
  {
    says: "a division by zero traps in V8's words",
    guest: "extism-traps",
    hook: "process_endpoint",
    outcome: trapped("divide by zero"),
  },
  {
    says: "a load beyond the memory traps in V8's words",
    guest: "extism-traps",
    hook: "after_response",
    outcome: trapped("memory access out of bounds"),
  },
];

const MODULES: readonly ConformanceCase[] = [
  {
    says: "the start section and _initialize run once, _start beside _initialize does not",
    guest: "extism-starts",
    hook: "health_check",
    outcome: output("\x0b"),
  },
  {
    says: "of several exports the one that is meant is called (before_request)",
    guest: "extism-starts",
    hook: "before_request",
    outcome: output("b"),
  },
  {
    says: "of several exports the one that is meant is called (after_response)",
    guest: "extism-starts",
    hook: "after_response",
    outcome: output("a"),
  },
  {
    says: "a command's _start runs once",
    guest: "extism-command",
    hook: "health_check",
    outcome: output("\x01"),
  },
  {
    says: "WASI writes to stdout, and to no descriptor that is not there",
    guest: "extism-wasi",
    hook: "before_request",
    setup: { logLevel: "info" },
    outcome: halfWords(0, 12, 8, 0, 0, 0, 0, 0),
    logs: [
      ["info", "hello"],
      ["info", "world"],
    ],
  },
  {
    says: "WASI has no arguments, no environment and no folders",
    guest: "extism-wasi",
    hook: "process_endpoint",
    outcome: halfWords(0, 0, 0, 0, 0, 0, 8, 0),
  },
  {
    says: "WASI has random bytes and both clocks",
    guest: "extism-wasi",
    hook: "after_response",
    outcome: halfWords(0, 1, 0, 1, 0, 1, 0, 0),
  },
];

describe.each(RUNTIMES)("in %s", (_, start) => {
  test.each([...LOGS, ...ENDS, ...MODULES])("$says", async (each) => {
    await expectCase(start, each);
  });
});
