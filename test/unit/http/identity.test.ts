import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { logAccess } from "../../../host/src/http/access-log.ts";
import { createLogger } from "../../../host/src/lib/logger.ts";
import { route, serve, text } from "./support.ts";

describe("request ids", () => {
  test.each(["abc-123", "a".repeat(128), "Root=1-67891233:abc/+@="])("%s is kept", async (id) => {
    await using app = await serve([
      { ...route("id", "/"), handler: (exchange) => text(exchange.id) },
    ]);
    const response = await fetch(app.url, { headers: { "x-request-id": id } });
    expect([response.headers.get("x-request-id"), await response.text()]).toEqual([id, id]);
  });

  test.each(["", "a".repeat(129), "a b", 'a"b', "{{x}}", "caf\u00e9"])(
    "%j is replaced by a fresh one",
    async (id) => {
      await using app = await serve([route("id", "/")]);
      const response = await fetch(app.url, { headers: { "x-request-id": id } });
      expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/);
    },
  );

  test("problems carry the id too", async () => {
    await using app = await serve([]);
    const response = await fetch(app.url, { headers: { "x-request-id": "mine" } });
    expect(response.headers.get("x-request-id")).toBe("mine");
    expect(await response.text()).not.toContain("mine");
  });
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const PARENT = "b7ad6b7169203331";
/** First digits of SHA-256 of "mine". */
const DERIVED = createHash("sha256").update("mine").digest("hex").slice(0, 32);

async function askForTrace(headers: Record<string, string>): Promise<unknown> {
  await using app = await serve([]);
  const response = await fetch(app.url, { headers });
  return await response.json();
}

describe("the trace id of a problem", () => {
  test.each([
    `00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-ff`,
    `01-${TRACE}-${PARENT}-00`,
    `cc-${TRACE}-${PARENT}-00-what-comes-later`,
  ])("is that of the traceparent %s", async (traceparent) => {
    expect(await askForTrace({ traceparent, "x-request-id": "mine" })).toMatchObject({
      traceId: TRACE,
    });
  });

  test.each([
    "",
    "00-zz",
    `ff-${TRACE}-${PARENT}-01`,
    `00-${"0".repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE}-${PARENT}-01-junk`,
    `00-${TRACE}-${PARENT}-01-`,
    `00-${TRACE}-${PARENT}-01x`,
    `cc-${TRACE}-${PARENT}-01x`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `0-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}`,
    ` 00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
  ])("is not that of the malformed traceparent %j", async (traceparent) => {
    expect(await askForTrace({ traceparent, "x-request-id": "mine" })).toMatchObject({
      traceId: DERIVED,
    });
  });

  test("is the request's own id when that can be one", async () => {
    expect(await askForTrace({ "x-request-id": TRACE })).toMatchObject({ traceId: TRACE });
  });

  test.each(["mine", "0".repeat(32), TRACE.toUpperCase(), "a".repeat(128)])(
    "is 32 hex digits made of the id %s, which is none",
    async (id) => {
      const digits = createHash("sha256").update(id).digest("hex").slice(0, 32);
      expect(await askForTrace({ "x-request-id": id })).toMatchObject({ traceId: digits });
    },
  );

  test("stands in the log beside the id of the request", async () => {
    await using app = await serve([]);
    await (await fetch(app.url, { headers: { "x-request-id": "mine" } })).text();
    expect(app.lines.find((line) => line.msg === "request")).toMatchObject({
      requestId: "mine",
      traceId: DERIVED,
    });
    await (await fetch(app.url)).text();
    expect(app.lines.findLast((line) => line.msg === "request")).not.toHaveProperty("traceId");
  });
});

describe("the access log", () => {
  test("has one line a request, with the path escaped and without the query", async () => {
    await using app = await serve([route("a", "/a/{x}")]);
    const response = await fetch(`${app.url}/a/%0A?token=secret`);
    await response.text();
    const lines = app.lines.filter((line) => line.level === "info");
    expect(lines).toEqual([
      expect.objectContaining({
        requestId: response.headers.get("x-request-id"),
        method: "GET",
        path: "/a/%0A",
        route: "a",
        status: 200,
        durationMs: expect.any(Number),
        bytes: 1,
        msg: "request",
      }),
    ]);
  });

  test("a path's control characters are escaped, should a parser let them pass", () => {
    const lines: string[] = [];
    const destination = { write: (line: string) => lines.push(line) };
    logAccess(createLogger({ level: "info", destination }), {
      requestId: "id",
      method: "GET",
      path: "/\u009b31m\u202e\n",
      route: undefined,
      status: 404,
      durationMs: 1,
      bytes: 0,
      gone: false,
    });
    expect(JSON.parse(lines.join(""))).toMatchObject({ path: String.raw`/\u009b31m\u202e\u000a` });
  });

  test("a request without a route has none in its line", async () => {
    await using app = await serve([]);
    await (await fetch(app.url)).text();
    expect(app.lines.find((line) => line.msg === "request")).not.toHaveProperty("route");
  });

  test("is silent when its level is off", async () => {
    await using app = await serve([route("a", "/")], { level: "silent" });
    expect((await fetch(app.url)).status).toBe(200);
    expect(app.lines).toEqual([]);
  });
});
