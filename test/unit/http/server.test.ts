import { describe, expect, test } from "vitest";
import { ManualClock } from "../../support/clock.ts";
import { ECHO, RawClient, exchangeBytes, route, serve, text } from "./support.ts";
import type { HttpRoute } from "../../../host/src/http/dispatch.ts";
import type { HeaderList, Exchange } from "../../../host/src/contracts/exchange.ts";

function answering(headers: HeaderList, body = "body", status = 200): HttpRoute {
  const answer = { status, headers, body: Buffer.from(body) };
  return { id: "r", path: "/", methods: ["GET"], handler: () => answer };
}

test("a handler sees the exchange and its answer goes out as it is", async () => {
  let seen: Exchange | undefined;
  await using app = await serve([
    {
      id: "user",
      path: "/users/{id}",
      methods: ["POST"],
      handler: async (exchange) => {
        seen = exchange;
        return text("made", 201);
      },
    },
  ]);
  const response = await fetch(`${app.url}/users/a%20b?x=1`, {
    method: "POST",
    body: "hello",
    headers: { "X-Mixed-Case": "Value" },
  });
  expect([response.status, await response.text()]).toEqual([201, "made"]);
  expect(response.headers.get("content-type")).toBe("text/plain");
  expect(response.headers.get("etag")).toBeNull();
  expect(response.headers.get("x-powered-by")).toBeNull();
  expect(seen).toMatchObject({ route: "user", params: { id: "a b" }, client: "127.0.0.1" });
  expect(seen?.request).toMatchObject({ method: "POST", target: "/users/a%20b?x=1" });
  expect(seen?.request.headers).toContainEqual(["x-mixed-case", "Value"]);
  expect(Buffer.from(seen?.request.body ?? []).toString()).toBe("hello");
});

test("a body of any size arrives as it was", async () => {
  const sizes = [0, 1, 16 * 1024, 16 * 1024 + 1, 200_000];
  await using app = await serve(
    sizes.map((size) => ({
      ...route(`s${size}`, `/${size}`),
      handler: () => ({ status: 200, headers: [], body: new Uint8Array(size).fill(0xe9) }),
    })),
  );
  for (const size of sizes) {
    const bytes = await (await fetch(`${app.url}/${size}`)).bytes();
    expect(bytes.length).toBe(size);
    expect(bytes.every((byte) => byte === 0xe9)).toBe(true);
  }
});

describe("the message is framed by the host alone", () => {
  test("framing headers of a handler are passed over, others are kept in order", async () => {
    await using app = await serve([
      answering([
        ["Content-Length", "1"],
        ["transfer-encoding", "chunked"],
        ["Connection", "upgrade"],
        ["keep-alive", "timeout=999"],
        ["x-request-id", "forged"],
        ["set-cookie", "a=1"],
        ["x-latin", "caf\u00e9"],
        ["set-cookie", "b=2"],
      ]),
    ]);
    const response = await fetch(app.url);
    expect(await response.text()).toBe("body");
    expect(response.headers.get("content-length")).toBe("4");
    expect(response.headers.get("transfer-encoding")).toBeNull();
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    expect(response.headers.get("x-latin")).toBe("caf\u00e9");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test.each([
    ["a value with a line end", [["x-a", "b\r\nset-cookie: evil=1"]]],
    ["a value with NUL", [["x-a", "b\0"]]],
    ["a name with a line end", [["x-a\r\nx-b", "c"]]],
    ["a name that is empty", [["", "c"]]],
    ["a value beyond Latin-1", [["x-a", "\u{1f600}"]]],
  ] as [string, HeaderList][])("%s never reaches the wire", async (_, headers) => {
    await using app = await serve([answering(headers)]);
    const response = await fetch(app.url);
    expect(response.status).toBe(500);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.json()).toMatchObject({ type: "urn:backworks:error:internal" });
  });

  test.each([100, 101, 199, 600])("the status %i never reaches the wire", async (status) => {
    await using app = await serve([answering([], "body", status)]);
    expect((await fetch(app.url)).status).toBe(500);
  });

  test.each([204, 304])("%i has no body and no length", async (status) => {
    await using app = await serve([answering([["etag", '"1"']], "body", status)]);
    const response = await fetch(app.url);
    expect([response.status, await response.text()]).toEqual([status, ""]);
    expect(response.headers.get("content-length")).toBeNull();
    expect(response.headers.get("etag")).toBe('"1"');
  });

  test("205 has no body, and says so", async () => {
    await using app = await serve([answering([], "body", 205)]);
    const bytes = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    const received = await exchangeBytes(app.port, bytes);
    expect(received).toContain("content-length: 0\r\n");
    expect(received).toMatch(/\r\n\r\n$/);
  });

  test("HEAD has the head of GET and no body", async () => {
    await using app = await serve([answering([])]);
    const response = await fetch(app.url, { method: "HEAD" });
    expect([response.status, response.headers.get("content-length")]).toEqual([200, "4"]);
    expect(await response.text()).toBe("");
  });

  test("a HEAD handler without a body leaves the length open", async () => {
    const empty = { ...answering([], ""), methods: ["HEAD"] };
    await using app = await serve([empty]);
    const response = await fetch(app.url, { method: "HEAD" });
    expect(response.headers.get("content-length")).toBeNull();
  });
});

describe("what no route answers is a problem", () => {
  test("an unknown path is 404, and its name is made harmless", async () => {
    await using app = await serve([route("a", "/a")]);
    const response = await fetch(`${app.url}/b?secret=1`);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      type: "urn:backworks:error:route_not_found",
      title: "Route not found",
      status: 404,
      detail: "no route for GET /b",
      traceId: response.headers.get("x-request-id"),
    });
  });

  test.each([
    ["/a/", "no route for GET /a/; there is one for /a"],
    ["/b", "no route for GET /b; there is one for /b/"],
    ["/", "no route for GET /"],
  ])("a slash too many or too few is told: %s", async (path, detail) => {
    await using app = await serve([route("a", "/a"), route("b", "/b/")]);
    const response = await fetch(app.url + path);
    expect(await response.json()).toMatchObject({ status: 404, detail });
  });

  test("another method is 405 and told the ones there are", async () => {
    await using app = await serve([route("a", "/a")]);
    const response = await fetch(`${app.url}/a`, { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
    expect(await response.json()).toMatchObject({ status: 405, title: "Method not allowed" });
  });

  test("OPTIONS is 204 with the methods", async () => {
    await using app = await serve([route("a", "/a", ["GET", "PUT"])]);
    const response = await fetch(`${app.url}/a`, { method: "OPTIONS" });
    expect([response.status, response.headers.get("allow")]).toEqual([
      204,
      "GET, HEAD, OPTIONS, PUT",
    ]);
  });

  test("a malformed path is 400", async () => {
    await using app = await serve([route("a", "/{a}")]);
    const response = await fetch(`${app.url}/%zz`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: "urn:backworks:error:request_malformed" });
  });
});

describe("bodies beyond the limit", () => {
  test("of a body that never ends so much is read and no more", async () => {
    // Nobody moves this clock: the end can come of the bytes alone.
    await using app = await serve([ECHO], { clock: new ManualClock() });
    await using client = new RawClient(app.port);
    client.send(`POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: ${10 * 1024 ** 2}\r\n\r\n`);
    await client.until("413");
    client.send("x".repeat(1024 ** 2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.socket.readyState).toBe("open");
    client.send("x");
    expect(await client.toEnd()).toContain("request_too_large");
  });

  test.each([
    ["announced", "x".repeat(1001)],
    ["chunked", new Blob(["x".repeat(1001)]).stream()],
  ])("%s: 413, and the connection ends", async (_, body) => {
    await using app = await serve([ECHO]);
    const response = await fetch(`${app.url}/echo`, { method: "POST", body, duplex: "half" });
    expect([response.status, response.headers.get("connection")]).toEqual([413, "close"]);
    expect(await response.json()).toMatchObject({ type: "urn:backworks:error:request_too_large" });
  });

  test.each([
    ["announced", "x".repeat(1000)],
    ["chunked", new Blob(["x".repeat(1000)]).stream()],
  ])("%s: up to the limit all is read", async (_, body) => {
    await using app = await serve([ECHO]);
    const response = await fetch(`${app.url}/echo`, { method: "POST", body, duplex: "half" });
    expect([response.status, await response.text()]).toEqual([200, "1000"]);
  });

  test("a client that has sent megabytes still reads its answer", async () => {
    await using app = await serve([ECHO]);
    const body = "x".repeat(700_000);
    const response = await fetch(`${app.url}/echo`, { method: "POST", body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ status: 413 });
  });
});
