import { describe, expect, test } from "vitest";
import { composeMock } from "../../../host/src/modes/mock.ts";
import { ENDPOINT, TOOLS, ask, request, response } from "./support.ts";

describe("the body decides the content type, unless one was written down", () => {
  test.each([
    [{ a: 1 }, {}, "application/json", '{"a":1}'],
    [[], {}, "application/json", "[]"],
    [5, {}, "application/json", "5"],
    [null, {}, "application/json", "null"],
    ["Grüße", {}, "text/plain; charset=utf-8", "Grüße"],
    ["<p>", { "Content-Type": "text/html" }, "text/html", "<p>"],
    [{ a: 1 }, { "content-type": "application/hal+json" }, "application/hal+json", '{"a":1}'],
    ["${path.id}", {}, "text/plain; charset=utf-8", "7"],
    ["${mock.data}", {}, "application/json", '{"data":1}'],
    [undefined, {}, undefined, ""],
  ])("%j %j: %s", async (body, headers, type, text) => {
    const { headers: got, ...rest } = await ask({
      data: { data: 1 },
      responses: { "*": response({ body, headers }) },
    });
    expect(got).toEqual(type === undefined ? [] : [["content-type", type]]);
    expect(Buffer.from(rest.body).toString()).toBe(text);
  });
});

test("status and headers are those of the configuration, headers with templates too", async () => {
  const answer = await ask({
    responses: {
      "*": response({ status: 201, headers: { Location: "/users/${path.id}", "X-N": "5" } }),
    },
  });
  expect([answer.status, answer.headers]).toEqual([
    201,
    [
      ["location", "/users/7"],
      ["x-n", "5"],
    ],
  ]);
});

describe("the method decides the response", () => {
  const responses = {
    GET: response({ body: "get" }),
    POST: response({ body: "post" }),
    "*": response({ body: "any" }),
  };
  test.each([
    ["GET", "get"],
    ["HEAD", "get"],
    ["POST", "post"],
    ["DELETE", "any"],
  ])("%s: %s", async (method, expected) => {
    const { body } = await ask({ responses }, { method });
    expect(Buffer.from(body).toString()).toBe(expected);
  });

  test("a method that nothing answers is refused when the route is composed", () => {
    const mock = { data: undefined, responses: { GET: response({}) } };
    expect(() => composeMock({ ...ENDPOINT, methods: ["GET", "PUT"] }, mock, TOOLS)).toThrow(
      expect.objectContaining({
        code: "config_invalid",
        message: expect.stringContaining("endpoints.user: no mock response for PUT"),
        position: ENDPOINT.position,
      }),
    );
  });
});

describe("a response without templates is made once", () => {
  test("the same object answers every request", () => {
    const mock = { data: [1], responses: { GET: response({ body: { all: "${mock.data}" } }) } };
    const handler = composeMock(ENDPOINT, mock, TOOLS);
    expect(handler(request())).toBe(handler(request()));
  });

  test("one with templates is made for each", () => {
    const mock = { data: [1], responses: { GET: response({ body: "${path.id}" }) } };
    const handler = composeMock(ENDPOINT, mock, TOOLS);
    expect(handler(request())).not.toBe(handler(request()));
  });
});

describe("what clients send cannot break a response", () => {
  const echo = { responses: { "*": response({ headers: { "x-echo": "${query.x}" } }) } };

  test.each(["%0D%0Aset-cookie:%20evil=1", "%00", "%F0%9F%98%80"])(
    "%s does not become part of a header",
    async (x) => {
      await expect(ask(echo, { target: `/?x=${x}` })).rejects.toMatchObject({
        code: "request_malformed",
        message: expect.stringContaining("x-echo"),
      });
    },
  );

  test("Latin-1 may", async () => {
    expect((await ask(echo, { target: "/?x=%C3%A9" })).headers).toEqual([["x-echo", "é"]]);
  });

  test("a constant header that cannot be sent is a mistake of the configuration", async () => {
    const mock = { responses: { "*": response({ headers: { "x-a": "line\nline" } }) } };
    await expect(ask(mock)).rejects.toMatchObject({ code: "config_invalid" });
  });

  test.each(["{", "hello", "\xff"])("the body %j is not JSON", async (body) => {
    const mock = { responses: { "*": response({ body: "${request.body.x}" }) } };
    await expect(ask(mock, { body })).rejects.toMatchObject({
      code: "request_malformed",
      message: expect.stringContaining("not JSON"),
    });
  });

  test("no body is no value", async () => {
    const mock = { responses: { "*": response({ body: { x: "${request.body.x}" } }) } };
    expect(Buffer.from((await ask(mock)).body).toString()).toBe('{"x":null}');
  });

  test("a body is not repeated without end", async () => {
    const body = Array.from({ length: 20 }, () => "${request.body}");
    const mock = { responses: { "*": response({ body }) } };
    const sent = { body: JSON.stringify("x".repeat(1_000_000)) };
    await expect(ask(mock, sent)).rejects.toMatchObject({ code: "request_too_large" });
  });
});
