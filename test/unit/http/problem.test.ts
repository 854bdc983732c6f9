import { describe, expect, test } from "vitest";
import type { EditsHookName, HookName } from "../../../host/src/contracts/hooks.ts";
import type { HttpRoute } from "../../../host/src/http/dispatch.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import type { ErrorCode } from "../../../host/src/lib/errors.ts";
import { blamePlugin } from "../../../host/src/pipeline/failure.ts";
import { hook as createHook } from "../pipeline/support.ts";
import { route, serve } from "./support.ts";

const HOOK = createHook("p", { critical: true });

function failing(error: unknown): HttpRoute[] {
  const fail = (): never => {
    throw error;
  };
  return [
    { ...route("now", "/now"), handler: fail },
    { ...route("later", "/later"), handler: async () => fail() },
    route("fine", "/fine"),
  ];
}

describe("errors of handlers", () => {
  test.each(["/now", "/later"])("a plugin's failure at %s says which plugin", async (path) => {
    const details = { plugin: "weather", hook: "before_request", retryMs: 2500 };
    const stack = "weather: bang\n    at secret (src/plugin.ts:1:2)";
    await using app = await serve(failing(new BackworksError("guest_trapped", stack, { details })));
    const response = await fetch(app.url + path, {
      headers: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    });
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "3"]);
    expect(await response.json()).toEqual({
      type: "urn:backworks:error:guest_trapped",
      title: "Guest trapped",
      status: 503,
      detail: 'plugin "weather" failed in before_request',
      plugin: "weather",
      hook: "before_request",
      reason: "guest_trapped",
      traceId: "0af7651916cd43dd8448eb211c80319c",
    });
    expect(app.lines.find((line) => line.level === "warn")).toMatchObject({
      code: "guest_trapped",
      plugin: "weather",
      route: path.slice(1),
      msg: stack,
    });
  });

  test.each([
    ["guest_failed", "before_request", 'plugin "p" failed in before_request'],
    ["guest_unavailable", "process_endpoint", 'plugin "p" failed in process_endpoint'],
    ["guest_trapped", undefined, 'plugin "p" failed'],
  ] as [ErrorCode, string | undefined, string][])(
    "%s in %s tells the client nothing from inside",
    async (code, hook, detail) => {
      const details = { plugin: "p", ...(hook !== undefined && { hook }) };
      await using app = await serve(failing(new BackworksError(code, "SECRET", { details })));
      const body = await (await fetch(`${app.url}/now`)).text();
      expect(body).not.toContain("SECRET");
      expect(JSON.parse(body)).toMatchObject({ detail, reason: code, plugin: "p" });
    },
  );

  test("an error of the host's own parts tells no path", async () => {
    await using app = await serve(failing(new BackworksError("kv_unavailable", "/var/SECRET")));
    const response = await fetch(`${app.url}/now`);
    expect([response.status, await response.text()]).toEqual([
      503,
      expect.not.stringContaining("SECRET"),
    ]);
  });

  test.each([
    ["plugin_unavailable", "plugin_malformed"],
    ["plugin_not_found", undefined],
  ] as [ErrorCode, ErrorCode | undefined][])(
    "%s says why, and that waiting will not help",
    async (code, reason) => {
      const details = { plugin: "p", ...(reason !== undefined && { reason }) };
      await using app = await serve(
        failing(new BackworksError(code, "it is not there", { details })),
      );
      const response = await fetch(`${app.url}/now`);
      expect([response.status, response.headers.get("retry-after")]).toEqual([503, null]);
      expect(await response.json()).toMatchObject({
        detail: "it is not there",
        reason: reason ?? code,
      });
    },
  );

  test("a reason that is no code of ours stays inside", async () => {
    const details = { plugin: "p", hook: "before_request", reason: "line 1: SECRET" };
    await using app = await serve(
      failing(new BackworksError("guest_output_malformed", "malformed", { details })),
    );
    const response = await fetch(`${app.url}/now`);
    expect(await response.json()).toMatchObject({ reason: "guest_output_malformed" });
  });

  test.each([
    ["before_request", "before_request", 413, null],
    ["process_endpoint", "process_endpoint", 413, null],
    ["after_response", "after_response", 503, "1"],
    ["initialize", "before_request", 503, "1"],
  ] as [HookName, EditsHookName, number, string | null][])(
    "what is too large for %s, called for %s, is %i",
    async (hook, outer, status, retryAfter) => {
      const inner = new BackworksError("guest_input_too_large", "x", { details: { hook } });
      const blamed = blamePlugin({ ...HOOK, name: outer }, inner);
      await using app = await serve(failing(blamed));
      const response = await fetch(`${app.url}/now`);
      expect([response.status, response.headers.get("retry-after")]).toEqual([status, retryAfter]);
      expect(await response.json()).toMatchObject({ status, reason: "guest_input_too_large" });
      expect(app.lines.filter((line) => line.level === "warn")).toHaveLength(1);
    },
  );

  test.each([
    ["request_unauthenticated", "authenticate", 401],
    ["request_forbidden", "authorize", 403],
  ] as [ErrorCode, HookName, number][])(
    "%s is told to the log with who denies, on one line, and to the client with the reason alone",
    async (code, by, status) => {
      const details = { deniedBy: "guard", by };
      await using app = await serve(
        failing(new BackworksError(code, "no\n\u001b[2J", { details })),
      );
      const response = await fetch(`${app.url}/later`);
      const body = await response.text();
      expect(JSON.parse(body)).toMatchObject({ status, detail: "no\n\u001b[2J" });
      expect(body).not.toContain("guard");
      expect(app.lines.filter(({ msg }) => msg !== "request")).toEqual([
        expect.objectContaining({
          level: "info",
          requestId: response.headers.get("x-request-id"),
          route: "later",
          plugin: "guard",
          hook: by,
          status,
          code,
          msg: String.raw`request denied: no\u000a\u001b[2J`,
        }),
      ]);
    },
  );

  test.each([
    ["/now", new TypeError("secret: password=1")],
    ["/later", new TypeError("secret: password=1")],
    ["/now", "secret: password=1"],
    ["/later", undefined],
  ])("a bug at %s is logged with its stack and the client learns nothing", async (path, bug) => {
    await using app = await serve(failing(bug));
    const response = await fetch(app.url + path);
    const body = await response.text();
    expect(response.status).toBe(500);
    expect(body).not.toContain("password");
    const line = app.lines.find(({ level }) => level === "error");
    expect(line).toMatchObject({ requestId: response.headers.get("x-request-id") });
    expect(line?.["stack"] === undefined).toBe(!(bug instanceof Error));
    expect((await fetch(`${app.url}/fine`)).status).toBe(200);
  });
});
