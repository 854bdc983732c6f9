import { describe, expect, test } from "vitest";
import { config, matchers, reply } from "@backworks/pdk/testing";
import { Reply, SentMessage, type ExchangeOutcome } from "../../../pdk-ts/src/testing/outcome.ts";

const NO_EDITS = {
  status: undefined,
  headers: [],
  target: undefined,
  context: [],
  body: undefined,
};

function outcomeOf(given: Partial<ExchangeOutcome>): ExchangeOutcome {
  return {
    hook: "before_request",
    fuel: 1500,
    fuelLimit: 11_000_000,
    memoryBytes: 65_536,
    durationMs: 1,
    logs: [],
    calls: [],
    request: new SentMessage({ method: "GET", target: "/", headers: [], body: new Uint8Array(0) }),
    reply: null,
    status: undefined,
    edits: NO_EDITS,
    verdict: undefined,
    passes: true,
    ...given,
  };
}

const replying = (body: string): ExchangeOutcome =>
  outcomeOf({
    passes: false,
    reply: new Reply({ status: 200, headers: [], body: Buffer.from(body) }),
    edits: { ...NO_EDITS, status: 200 },
  });

const editing = outcomeOf({
  passes: false,
  edits: {
    ...NO_EDITS,
    headers: [
      { kind: "set", name: "x-a", value: "1" },
      { kind: "append", name: "x-a", value: "2" },
      { kind: "remove", name: "cookie" },
    ],
  },
});

const providing = outcomeOf({
  edits: { ...NO_EDITS, context: [["auth.user", '{"name":"ann","age":7}']] },
});

const logging = outcomeOf({ logs: [{ level: "warn", text: "no token" }] });

type Row = [what: string, result: { pass: boolean; message: () => string }, message: string | null];

describe("a matcher passes, or says what it found", () => {
  const { toReply, toSetHeader, toProvide, toPassThrough, toLog, toStayWithin } = matchers;
  test.each<Row>([
    ["the status", toReply(replying("a"), 200), null],
    ["the body", toReply(replying("a"), 200, "a"), null],
    ["a pattern", toReply(replying("abc"), 200, /b/), null],
    ["members", toReply(replying('{"a":[{"b":1,"c":2}]}'), 200, { a: [{ b: 1 }] }), null],
    ["any number", toReply(replying('{"a":1}'), 200, { a: expect.any(Number) }), null],
    [
      "no reply",
      toReply(outcomeOf({}), 200),
      "expected before_request to reply 200, but the request goes on",
    ],
    ["a status", toReply(replying("a"), 404), 'expected a reply with status 404, found 200 "a"'],
    ["a body", toReply(replying("a"), 200, "b"), 'expected the body "b", found "a"'],
    ["no JSON", toReply(replying("a"), 200, {}), 'expected a JSON body, found "a"'],
    [
      "a longer list",
      toReply(replying("[1,2]"), 200, [1]),
      'expected a body with [1], found "[1,2]"',
    ],
    ["no object", toReply(replying("7"), 200, { a: 1 }), 'expected a body with {"a":1}, found "7"'],
    ["a header", toSetHeader(editing, "X-A"), null],
    ["its value", toSetHeader(editing, "x-a", /2/), null],
    [
      "another value",
      toSetHeader(editing, "x-a", "3"),
      'expected before_request to set x-a: "3"; it edits x-a: 1, x-a: 2, -cookie',
    ],
    [
      "a header that is removed",
      toSetHeader(editing, "cookie"),
      "expected before_request to set cookie; it edits x-a: 1, x-a: 2, -cookie",
    ],
    [
      "no header",
      toSetHeader(outcomeOf({}), "x-a"),
      "expected before_request to set x-a; it edits no headers",
    ],
    ["a context value", toProvide(providing, "auth.user"), null],
    ["its members", toProvide(providing, "auth.user", { name: "ann" }), null],
    [
      "another context value",
      toProvide(providing, "auth.user", "bob"),
      'expected before_request to provide auth.user: "bob"; it provides auth.user: {"name":"ann","age":7}',
    ],
    [
      "no context value",
      toProvide(outcomeOf({}), "auth.user"),
      "expected before_request to provide auth.user; it provides nothing",
    ],
    ["nothing", toPassThrough(outcomeOf({})), null],
    [
      "a reply",
      toPassThrough(replying("no")),
      'expected before_request to let the exchange pass, but it replies 200 "no"',
    ],
    [
      "a verdict",
      toPassThrough(outcomeOf({ hook: "authorize", passes: false, verdict: { kind: "allowed" } })),
      'expected authorize to let the exchange pass, but it answers {"kind":"allowed"}',
    ],
    ["a record", toLog(logging, "warn", "no token"), null],
    [
      "a record of another level",
      toLog(logging, "info", /token/),
      "expected before_request to log info: /token/; it logs\n  warn: no token",
    ],
    [
      "no record",
      toLog(outcomeOf({}), "info", "a"),
      'expected before_request to log info: "a"; it logs nothing',
    ],
    ["enough", toStayWithin(logging, { fuel: 1500, memory: 65_536 }), null],
    [
      "too much",
      toStayWithin(logging, { fuel: 1000, memory: 1024 }),
      "before_request takes more than it may: fuel 1,500 of 1,000, memory 65,536 of 1,024",
    ],
  ])("%s", (_, { pass, message }, expected) => {
    expect(pass ? null : message()).toBe(expected);
  });

  test.each([
    [toReply(replying("a"), 200), "expected no reply with status 200"],
    [toReply(replying("a"), 200, "a"), 'expected another body than "a"'],
    [toSetHeader(editing, "x-a"), /^expected before_request not to set x-a; it edits x-a/],
    [toPassThrough(outcomeOf({})), "expected before_request to change or answer something"],
    [toProvide(providing, "auth.user"), /^expected before_request not to provide auth\.user; it/],
    [toLog(logging, "warn", "no token"), /^expected before_request not to log warn: "no token"/],
    [
      toStayWithin(logging, { fuel: 2000 }),
      'expected before_request to take more than {"fuel":2000}',
    ],
  ])("and with .not says so, too", ({ pass, message }, expected) => {
    expect(pass).toBe(true);
    expect(message()).toMatch(expected);
  });
});

test("factories make what hooks are given", () => {
  expect(reply(404, "no", { etag: "1" })).toEqual({
    status: 404,
    body: "no",
    headers: { etag: "1" },
  });
  expect(config("greeting: Hi\nlist: [1]\n")).toEqual({ greeting: "Hi", list: [1] });
  expect(config({ a: 1 })).toEqual({ a: 1 });
  expect(() => config("- a")).toThrow("expected a map of keys");
});
