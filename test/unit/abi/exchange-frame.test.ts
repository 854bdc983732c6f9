import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printExchange } from "../../../host/src/abi/exchange-frame.ts";
import type { Exchange } from "../../../host/src/contracts/exchange.ts";
import { AssertionError } from "../../../host/src/lib/assert.ts";
import {
  bytesOf,
  exchangeOf,
  FRAME_CASES,
  readsOf,
  TOO_LARGE_CASES,
} from "../../support/frame-cases.ts";

describe("an exchange of schemas/frames.cases.json", () => {
  test.each(FRAME_CASES)("$name", (given) => {
    const { head, body } = printExchange(exchangeOf(given), given.hook, readsOf(given));
    const frame = Buffer.concat([Buffer.from(head), body ?? new Uint8Array(0)]);
    expect(frame.toString("latin1")).toBe(Buffer.from(bytesOf(given.frame)).toString("latin1"));
  });

  test.each(TOO_LARGE_CASES)("$name", (given) => {
    expect(() => printExchange(exchangeOf(given), given.hook, readsOf(given))).toThrow(
      expect.objectContaining({ code: "guest_input_too_large", message: given.error }),
    );
  });
});

const EXCHANGE: Exchange = {
  id: "0123456789abcdef0123456789abcdef",
  route: "r",
  client: "127.0.0.1",
  params: {},
  context: new Map(),
  request: { method: "GET", target: "/", headers: [], body: new Uint8Array(3) },
  response: undefined,
};

const READS = {
  headers: [],
  responseHeaders: [],
  params: ["*"],
  context: [],
  body: { mode: "none", bytesMax: 0 },
} as const;

test("whatever a parameter holds, it stays in its line and reads back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (value) => {
      const { head } = printExchange(
        { ...EXCHANGE, params: { p: value } },
        "before_request",
        READS,
      );
      const lines = head.split("\n");
      expect(lines.slice(-2)).toEqual(["", ""]);
      expect(lines).toHaveLength(7);
      expect(JSON.parse((lines[4] ?? "").slice(":param.p: ".length))).toBe(value);
    }),
  );
});

test("a body that is read is handed on, not copied", () => {
  const reads = { ...READS, body: { mode: "bytes", bytesMax: 3 } } as const;
  expect(printExchange(EXCHANGE, "before_request", reads).body).toBe(EXCHANGE.request.body);
});

test("a header value with a line feed, which no server lets through, stops the host's own bug", () => {
  const request = { ...EXCHANGE.request, headers: [["x", "a\nb"]] as const };
  const print = () =>
    printExchange({ ...EXCHANGE, request }, "before_request", { ...READS, headers: ["*"] });
  expect(print).toThrow(AssertionError);
});

test("after_response without a response is the host's own bug", () => {
  expect(() => printExchange(EXCHANGE, "after_response", READS)).toThrow(AssertionError);
});
