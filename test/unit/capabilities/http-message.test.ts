import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CapabilityError } from "../../../host/src/sandbox/capabilities/capability-error.ts";
import {
  printHttpResponse,
  readHeaderPairs,
  readHttpRequest,
} from "../../../host/src/sandbox/capabilities/http/message.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a request frame is a line, headers, an empty line and the body as it is", () => {
  const read = readHttpRequest(bytes("PUT https://a.example/ü?q=1\nX-A: é\n\n\n\u0000b"));
  expect(read).toMatchObject({ method: "PUT", headers: [["x-a", "é"]] });
  expect(read.url.href).toBe("https://a.example/%C3%BC?q=1");
  expect(Buffer.from(read.body).toString()).toBe("\n\u0000b");
});

test.each(["GET https://a.example/", "GET https://a.example/\n", "GET https://a.example/\n\n"])(
  "%j is a request without headers and body",
  (text) => {
    const { headers, body } = readHttpRequest(bytes(text));
    expect([headers.length, body.length]).toEqual([0, 0]);
  },
);

const MALFORMED: readonly [what: string, frame: string, reason: string][] = [
  ["nothing", "", "line 1: expected one of GET, HEAD"],
  ["no URL", "GET", "line 1: expected one of GET, HEAD"],
  ["a method in small letters", "get https://a.example/", "line 1: expected one of"],
  ["CONNECT", "CONNECT a.example:443", "line 1: expected one of"],
  ["TRACE", "TRACE https://a.example/", "line 1: expected one of"],
  ["a relative URL", "GET /path", "line 1: expected an absolute URL"],
  ["a URL that ends in a space", "GET https://a.example/ ", "line 1: expected an absolute URL"],
  ["HTTP/1.1 behind the URL", "GET https://a.example/ HTTP/1.1", "line 1: expected an absolute"],
  ["a carriage return", "GET https://a.example/\r\n", "line 1: expected an absolute URL"],
  ["a header without a value", "GET https://a.example/\nx-a", 'line 2: expected "name: value"'],
  ["a space in a name", "GET https://a.example/\nx a: b", 'line 2: expected "name: value"'],
  ["a folded header", "GET https://a.example/\nx: a\n b: c", 'line 3: expected "name: value"'],
  ["a CR in a value", "GET https://a.example/\nx: a\rb: c", "line 2: the value of x holds"],
  ["a NUL in a value", "GET https://a.example/\nx: a\u0000", "line 2: the value of x holds"],
  ["a letter beyond Latin-1", "GET https://a.example/\nx: €", "line 2: the value of x holds"],
  ["a host header", "GET https://a.example/\nHost: b", "line 2: the header host is written"],
  ["a length", "GET https://a.example/\ncontent-length: 1", "header content-length is written"],
  ["chunks", "GET https://a.example/\ntransfer-encoding: x", "header transfer-encoding is"],
  ["proxy credentials", "GET https://a.example/\nproxy-authorization: x", "header proxy-auth"],
  ["101 headers", `GET https://a.example/\n${"x: y\n".repeat(101)}`, "more than 100 headers"],
];

test.each(MALFORMED)("a request frame with %s is malformed", (_, frame, reason) => {
  expect(() => readHttpRequest(bytes(frame))).toThrow(
    expect.objectContaining({ fault: "invalid", message: expect.stringContaining(reason) }),
  );
});

test("a head that is not UTF-8 is malformed", () => {
  const frame = Buffer.from("GET https://a.example/\nx: \xff", "latin1");
  expect(() => readHttpRequest(frame)).toThrow("the head is not UTF-8");
});

test.each([
  ["head", `GET https://a.example/\nx: ${"y".repeat(17_000)}`],
  ["body", `GET https://a.example/\n\n${"y".repeat(1024 * 1024 + 1)}`],
])("a %s that is too long is refused", (what, frame) => {
  expect(() => readHttpRequest(bytes(frame))).toThrow(
    expect.objectContaining({ fault: "too_large", message: expect.stringContaining(what) }),
  );
});

test("any bytes are a request or a fault", () => {
  const frame = fc.oneof(
    fc.uint8Array(),
    fc.string().map((text) => bytes(`GET https://a.example/\n${text}`)),
  );
  fc.assert(
    fc.property(frame, (input) => {
      expect(["request", "invalid", "too_large"]).toContain(kindOf(input));
    }),
  );
});

function kindOf(input: Uint8Array): string {
  try {
    readHttpRequest(input);
    return "request";
  } catch (thrown) {
    if (thrown instanceof CapabilityError) return thrown.fault;
    throw thrown;
  }
}

test("a response is printed with its headers in order", () => {
  const printed = printHttpResponse({
    status: 200,
    headers: [
      ["set-cookie", "a=1"],
      ["set-cookie", "é"],
    ],
    body: bytes("\n\nbody"),
  });
  expect(Buffer.from(printed).toString()).toBe("!200\nset-cookie: a=1\nset-cookie: é\n\n\n\nbody");
});

test("headers of the connection, and what would forge a line, do not reach the guest", () => {
  const raw = ["Connection", "close", "X-A", "1", "X-B", "a\nb: c", "X C", "1", "X-D", ""];
  expect(readHeaderPairs(raw)).toEqual([
    ["x-a", "1"],
    ["x-d", ""],
  ]);
});
