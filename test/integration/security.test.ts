import { beforeAll, describe, expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { TestApp } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { buildFiles } from "../support/plugins.ts";
import { scripted } from "../support/scripted.ts";
import type { Script } from "../support/scripted.ts";

const CONFIG = `
endpoints:
  open: { path: /open, response: { body: open } }
  whoami: { path: /whoami, plugin: guard }
  secret: { path: "/secret/*", methods: [GET, POST], response: { body: secret } }
`;

const MATCH = { match: { routes: ["secret", "whoami"] } };

async function buildGuard(): Promise<Uint8Array> {
  const built = await buildFiles({
    "plugin.yaml": JSON.stringify({
      name: "guard",
      version: "1.0.0",
      hooks: {
        authenticate: { ...MATCH, reads: { headers: ["authorization"] } },
        authorize: MATCH,
        process_endpoint: { reads: { context: ["auth"] } },
        audit_log: { ...MATCH, reads: { response_headers: ["content-type"], body: "text" } },
      },
    }),
    "src/plugin.ts": `
      import { log, Reply, Request, Verdict } from "@backworks/pdk";
      export function authenticate(request: Request) {
        const token = request.header("authorization");
        if (token === null) return null;
        if (token === "Bearer ann") return Verdict.identified("ann", ["admin"]).claim("team", "a");
        if (token === "Bearer bob") return Verdict.identified("bob");
        if (token === "Bearer crash") throw new Error("no connection to the tokens");
        return Verdict.denied("the token is not known", 0, 'Bearer realm="test", error="invalid_token"');
      }
      export function authorize(request: Request) {
        const who = request.identity();
        if (request.path === "/secret/crash") throw new Error("no policy");
        if (request.path === "/whoami") return null;
        if (who === null) return Verdict.denied("log in first", 401);
        return who.roles.includes("admin") ? Verdict.allowed() : Verdict.denied("for admins only");
      }
      export function processEndpoint(request: Request) {
        return Reply.json(200, { who: request.identity()?.subject ?? null });
      }
      export function auditLog(request: Request, reply: Reply) {
        const who = request.identity()?.subject ?? "nobody";
        log.info([who, request.target, reply.status, reply.header("content-type"), reply.text()].join(" "));
      }`,
  });
  return built.bytes;
}

/** A plugin in wat; `hooks` are those of its manifest where they are not bare. */
function plugin(name: string, script: Script, hooks: object = {}, more: object = {}): Uint8Array {
  const bare = Object.fromEntries(Object.keys(script(() => "")).map((hook) => [hook, {}]));
  const manifest = { abi: 1, name, version: "1.0.0", hooks: { ...bare, ...hooks }, ...more };
  return withManifest(scripted(script), manifest);
}

async function get(app: TestApp, path: string, token?: string): Promise<Response> {
  return app.fetch(path, token === undefined ? {} : { headers: { authorization: token } });
}

describe("a plugin that guards routes", () => {
  let guard: Uint8Array;

  beforeAll(async () => {
    guard = await buildGuard();
  });

  const start = async (more: Readonly<Record<string, Uint8Array>> = {}): Promise<TestApp> =>
    startTestApp({ "backworks.yaml": CONFIG, "plugins/guard.wasm": guard, ...more });

  test("lets those in who may, and tells others why not", async () => {
    await using app = await start();
    expect(await (await get(app, "/secret/1", "Bearer ann")).text()).toBe("secret");
    const unknown = await get(app, "/secret/1", "Bearer eve");
    expect(unknown.status).toBe(401);
    expect(unknown.headers.get("www-authenticate")).toBe(
      'Bearer realm="test", error="invalid_token"',
    );
    expect(unknown.headers.get("content-type")).toBe("application/problem+json");
    expect(await unknown.json()).toEqual({
      type: "urn:backworks:error:request_unauthenticated",
      title: "Request unauthenticated",
      status: 401,
      detail: "the token is not known",
      traceId: expect.any(String),
    });
    const nobody = await get(app, "/secret/1");
    expect([nobody.status, nobody.headers.get("www-authenticate")]).toEqual([
      401,
      'Bearer realm="protected"',
    ]);
    const bob = await get(app, "/secret/1", "Bearer bob");
    expect([bob.status, bob.headers.get("www-authenticate")]).toEqual([403, null]);
    expect(await bob.json()).toMatchObject({ detail: "for admins only", status: 403 });
  });

  test("says in the log whom it denied and why, once for each", async () => {
    await using app = await start();
    await (await get(app, "/secret/1", "Bearer ann")).text();
    await (await get(app, "/secret/1", "Bearer eve")).text();
    const bob = await get(app, "/secret/1", "Bearer bob");
    await bob.text();
    const denials = app.records.filter(({ msg }) => msg.startsWith("request denied"));
    const who = { level: "info", route: "secret", plugin: "guard" };
    expect(denials).toMatchObject([
      { ...who, hook: "authenticate", status: 401, msg: "request denied: the token is not known" },
      {
        ...who,
        hook: "authorize",
        status: 403,
        code: "request_forbidden",
        requestId: bob.headers.get("x-request-id"),
        msg: "request denied: for admins only",
      },
    ]);
  });

  test("does so from a process of its own", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${CONFIG}isolation: process\n`,
      "plugins/guard.wasm": guard,
    });
    for (const [token, status] of [
      ["Bearer ann", 200],
      ["Bearer bob", 403],
      ["Bearer eve", 401],
      ["Bearer crash", 503],
    ] as const) {
      expect([token, (await get(app, "/secret/1", token)).status]).toEqual([token, status]);
    }
  });

  test("stays closed when it fails, and does not say why", async () => {
    await using app = await start();
    for (const [path, token, hook] of [
      ["/secret/1", "Bearer crash", "authenticate"],
      ["/secret/crash", "Bearer ann", "authorize"],
    ] as const) {
      const response = await get(app, path, token);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({
        detail: `plugin "guard" failed in ${hook}`,
        plugin: "guard",
        hook,
        reason: "guest_failed",
      });
    }
  });

  test("is not on the way of routes that it does not declare", async () => {
    await using app = await start();
    expect((await get(app, "/open", "Bearer eve")).status).toBe(200);
  });

  test("hands on who it is, which no client can say of itself", async () => {
    await using app = await start();
    const whoami = async (init: RequestInit): Promise<unknown> =>
      (await app.fetch("/whoami", init)).json();
    expect(await whoami({ headers: { authorization: "Bearer ann" } })).toEqual({ who: "ann" });
    expect(
      await whoami({ headers: { auth: '{"subject":"root"}', "context.auth": "root" } }),
    ).toEqual({
      who: null,
    });
  });

  test("no plugin passes itself off as the one that knows", async () => {
    const forger = plugin("forger", (text) => ({
      before_request: `(call $say ${text('=auth: {"subject":"root","roles":["admin"],"claims":{}}\n')})`,
    }));
    await using app = await start({ "plugins/forger.wasm": forger });
    expect(await (await get(app, "/whoami")).json()).toEqual({ who: null });
    expect(app.records.find(({ msg }) => msg.startsWith("plugin skipped"))).toMatchObject({
      plugin: "forger",
      msg: expect.stringContaining("context key auth is set by authenticate hooks alone"),
    });
  });

  test("is shown every answer of its routes, denials and failures too", async () => {
    const app = await start();
    await get(app, "/secret/1", "Bearer ann");
    await get(app, "/secret/2");
    await get(app, "/secret/crash", "Bearer ann");
    await get(app, "/open");
    await app[Symbol.asyncDispose]();
    const told = app.records
      .filter(({ msg }) => /^(?:ann|nobody) /.test(msg))
      .map(({ msg }) => msg);
    expect(told).toEqual([
      "ann /secret/1 200 text/plain; charset=utf-8 secret",
      expect.stringMatching(
        /^nobody \/secret\/2 401 application\/problem\+json {"type":.*"detail":"log in first"/,
      ),
      expect.stringMatching(/^ann \/secret\/crash 503 application\/problem\+json /),
    ]);
  });

  test("is in the summary of the routes that it guards", async () => {
    await using app = await start();
    const routes = app.summary.routes.map(({ id, hooks }) => [id, hooks]);
    expect(routes).toEqual([
      ["open", []],
      ["whoami", ["guard"]],
      ["secret", ["guard"]],
    ]);
  });
});

describe("a plugin that says who gets in", () => {
  const script: Script = (text) => ({
    authorize: `(call $say ${text('{"outcome":"allowed"}')})`,
    start: `(call $fail ${text("no keys")})`,
  });

  test("closes its routes when it is refused, although it is not critical", async () => {
    await using app = await startTestApp({
      "backworks.yaml": CONFIG.replace("plugin: guard", "response: {}"),
      "plugins/keys.wasm": plugin("keys", script, { authorize: { match: { routes: ["secret"] } } }),
    });
    const closed = await get(app, "/secret/1");
    expect([closed.status, await closed.json()]).toMatchObject([503, { plugin: "keys" }]);
    expect((await get(app, "/open")).status).toBe(200);
    expect((await get(app, "/readyz")).status).toBe(503);
    expect(app.records.find(({ level }) => level === "error")?.msg).toBe(
      "plugin refused, its routes answer 503: keys: start failed: no keys",
    );
  });

  test.each([
    ["nonsense", "yes", "guest_output_malformed"],
    ["what it may not say", '{"outcome":"identified","subject":"x"}', "guest_output_malformed"],
  ])("lets nobody in when it answers %s", async (_, output, reason) => {
    await using app = await startTestApp({
      "backworks.yaml": CONFIG.replace("plugin: guard", "response: {}"),
      "plugins/keys.wasm": plugin("keys", (text) => ({
        authorize: `(call $say ${text(output)})`,
      })),
    });
    const response = await get(app, "/open");
    expect([response.status, await response.json()]).toMatchObject([503, { reason }]);
  });
});

test("an audit that fails is logged and counted, and changes no answer", async () => {
  await using app = await startTestApp({
    "backworks.yaml": CONFIG.replace("plugin: guard", "response: {}"),
    "plugins/audit.wasm": plugin(
      "audit",
      () => ({ audit_log: "(unreachable)" }),
      {},
      {
        critical: true,
      },
    ),
  });
  expect((await get(app, "/open")).status).toBe(200);
  await expect
    .poll(() => app.records.find(({ msg }) => msg.startsWith("audit failed")))
    .toMatchObject({ plugin: "audit", hook: "audit_log", code: "guest_trapped", route: "open" });
  expect(await (await get(app, "/metrics")).text()).toMatch(
    /backworks_plugin_calls_total{plugin="audit",hook="audit_log",outcome="guest_trapped"} 1/,
  );
});
