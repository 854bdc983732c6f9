import { describe, expect, test } from "vitest";
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
    expect(await response.json()).toMatchObject({ traceId: "mine" });
  });

  test.each(["00-zz", "", `00-${"0".repeat(32)}-b7ad6b7169203331-01`])(
    "the traceparent %j is passed over",
    async (traceparent) => {
      await using app = await serve([]);
      const response = await fetch(app.url, { headers: { traceparent, "x-request-id": "mine" } });
      expect(await response.json()).toMatchObject({ traceId: "mine" });
    },
  );
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
