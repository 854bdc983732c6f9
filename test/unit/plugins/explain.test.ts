import { describe, expect, test } from "vitest";
import { checkPluginBytes } from "../../../host/src/plugins/check.ts";
import { explainPlugin } from "../../../host/src/plugins/explain.ts";
import type { Explanation } from "../../../host/src/plugins/explain.ts";
import { withManifest } from "../../support/module.ts";
import { wat } from "../../support/wat.ts";

type Members = Readonly<Record<string, unknown>>;

/** Explains a plugin whose hooks are those of its manifest. */
async function explain(manifest: Members, module = ""): Promise<Explanation> {
  const hooks = Object.keys(manifest["hooks"] ?? {});
  const functions = hooks.map((hook) => `(func (export "${hook}") (result i32) (i32.const 0))`);
  const bytes = withManifest(wat(`(module ${module} ${functions.join(" ")})`), {
    abi: 1,
    name: "test",
    version: "1.0.0",
    license: "MIT",
    ...manifest,
  });
  return explainPlugin(await checkPluginBytes(bytes, "test.wasm"), () => 1_000_000);
}

function findings({ findings: found }: Explanation): string[] {
  return found.map(({ severity, what }) => `${severity}: ${what}`);
}

describe("hooks in words", () => {
  const MATCHES: readonly (readonly [match: Members, words: string])[] = [
    [{}, "on every route"],
    [{ methods: ["get"] }, "on GET of every route"],
    [{ routes: ["a", "b"] }, "on the routes a, b"],
    [{ routes: ["a"], paths: ["/x/*"] }, "on the routes a with the paths /x/*"],
  ];

  test.each(MATCHES)("match %j", async (match, words) => {
    const { hooks } = await explain({ hooks: { before_request: { match } } });
    expect(hooks[0]?.runs).toBe(words);
  });

  test("a priority is told", async () => {
    const { hooks } = await explain({ hooks: { before_request: { priority: 5 } } });
    expect(hooks[0]?.runs).toBe("on every route, with priority 5");
  });

  test.each<[hook: string, changes: string[]]>([
    ["authenticate", ["who sends the request, for other plugins", "denying it"]],
    ["authorize", ["denying the request"]],
    ["audit_log", []],
  ])("%s sees requests and changes none of them", async (hook, changes) => {
    const { hooks } = await explain({ hooks: { [hook]: { match: { routes: ["a"] } } } });
    expect(hooks[0]).toMatchObject({ name: hook, runs: "on the routes a", changes });
    expect(hooks[0]?.sees).toContain("method and target");
  });

  test("hooks that see no request, and those that no host calls yet", async () => {
    const { hooks } = await explain({ hooks: { start: {}, on_schedule: {} } });
    expect(hooks.map(({ runs }) => runs)).toEqual([
      "once, when all plugins are loaded and before requests come",
      "when its time has come (this host never calls it)",
    ]);
  });

  test("a hook that may do everything", async () => {
    const { hooks } = await explain({
      hooks: {
        after_response: {
          reads: {
            headers: ["*", "cookie"],
            response_headers: ["*"],
            params: ["*"],
            context: ["user"],
            body: "bytes",
          },
        },
      },
    });
    expect(hooks).toEqual([
      {
        name: "after_response",
        runs: "on every route",
        sees: [
          "method and target",
          "all request headers but authorization, proxy-authorization and cookie",
          "request headers cookie",
          "response status",
          "all response headers but set-cookie",
          "all path parameters",
          "context values user",
          "the response body as bytes, at most 1024 KiB",
        ],
        changes: [
          "the response body",
          "the response status",
          "response headers but those that decide about security",
          "context values",
        ],
      },
    ]);
  });

  test("a hook that may do nothing", async () => {
    const { hooks } = await explain({ hooks: { before_request: { writes: {} } } });
    expect(hooks).toMatchObject([{ sees: ["method and target"], changes: [] }]);
  });

  test("hooks that see no request", async () => {
    const { hooks } = await explain({ hooks: { initialize: {}, health_check: {} } });
    expect(hooks).toEqual([
      { name: "initialize", runs: "once for each new instance", sees: [], changes: [] },
      { name: "health_check", runs: "when /health is asked", sees: [], changes: [] },
    ]);
  });
});

test("imports in words: what needs a grant first, each function once", async () => {
  const imports = [
    ["extism:host/env", "alloc", "(param i64) (result i64)"],
    ["extism:host/env", "alloc", "(param i64) (result i64)"],
    ["extism:host/env", "var_get", "(param i64) (result i64)"],
    ["extism:host/env", "log_info", "(param i64)"],
    ["extism:host/env", "http_status_code", "(result i32)"],
    ["extism:host/user", "bw_error", "(result i64)"],
    ["extism:host/user", "bw_secret_get", "(param i64) (result i64)"],
    ["wasi_snapshot_preview1", "fd_write", "(param i32 i32 i32 i32) (result i32)"],
    ["wasi_snapshot_preview1", "fd_close", "(param i32) (result i32)"],
    ["wasi_snapshot_preview1", "environ_get", "(param i32 i32) (result i32)"],
    ["wasi_snapshot_preview1", "proc_exit", "(param i32)"],
  ].map(([module, name, type]) => `(import "${module}" "${name}" (func ${type}))`);
  const { abilities } = await explain(
    { hooks: { process_endpoint: {} }, capabilities: { secrets: ["API_KEY"] } },
    imports.join(" "),
  );
  expect(abilities).toEqual([
    { does: "reads listed secrets", capability: "secrets", functions: ["bw_secret_get"] },
    { does: "takes its input and gives its output", functions: ["alloc"] },
    { does: "keeps variables from its initialize to each call", functions: ["var_get"] },
    { does: "writes to the log (capped and escaped)", functions: ["log_info"] },
    { does: "looks at the answers of its HTTP requests", functions: ["http_status_code"] },
    { does: "asks why a host function failed", functions: ["bw_error"] },
    { does: "prints to the log (capped and escaped)", functions: ["fd_write"] },
    {
      does: "calls WASI functions that always fail: no files, no sockets, no processes",
      functions: ["fd_close"],
    },
    { does: "finds no arguments and an empty environment", functions: ["environ_get"] },
    { does: "ends its own call", functions: ["proc_exit"] },
  ]);
});

describe("findings", () => {
  const HOOKS = { hooks: { process_endpoint: {} } };

  test("of hooks that judge, and of one that nobody calls", async () => {
    const hooks = { authenticate: {}, authorize: {}, on_message: {} };
    expect(findings(await explain({ hooks }))).toEqual([
      "serious: authenticate says who your users are: its word is taken",
      "caution: requests that authenticate denies, or fails on, end there",
      "caution: requests that authorize denies, or fails on, end there",
      "note: it has on_message, which no host of this version calls",
    ]);
  });

  test("a plain plugin has none", async () => {
    expect(findings(await explain(HOOKS))).toEqual([]);
  });

  const FOUND: readonly (readonly [what: string, manifest: Members, finding: string])[] = [
    [
      "cookies set by others",
      { hooks: { after_response: { reads: { response_headers: ["set-cookie"] } } } },
      "serious: after_response sees set-cookie: the credentials of your users",
    ],
    [
      "security headers",
      { hooks: { process_endpoint: { writes: { response_headers: ["x-frame-options"] } } } },
      "serious: process_endpoint may change x-frame-options: they decide about security",
    ],
    [
      "families of security headers",
      { hooks: { before_request: { writes: { headers: ["x-forwarded-for"] } } } },
      "serious: before_request may change x-forwarded-for: they decide about security",
    ],
    [
      "bodies of every route",
      { hooks: { before_request: { reads: { body: "text" } } } },
      "caution: before_request sees the body on every route",
    ],
    [
      "all headers",
      { hooks: { process_endpoint: { reads: { headers: ["*"] } } } },
      "caution: process_endpoint sees all request headers but authorization, proxy-authorization and cookie",
    ],
    [
      "secrets",
      { ...HOOKS, capabilities: { secrets: ["API_KEY"] } },
      "serious: it asks for the secrets API_KEY",
    ],
    [
      "databases",
      { ...HOOKS, capabilities: { sql: ["shop"] } },
      "serious: it asks for the databases shop",
    ],
    [
      "peers",
      { ...HOOKS, capabilities: { tcp: ["plc:502"] } },
      "serious: it asks for connections to plc:502",
    ],
    ["a missing license", { ...HOOKS, license: "" }, "note: it names no license"],
    [
      "more fuel than anybody gets",
      { ...HOOKS, limits: { fuel: 1_000_000_000 } },
      "caution: fuel: it asks for 1000000000, and gets 110000000",
    ],
  ];

  test.each(FOUND)("%s", async (_what, manifest, finding) => {
    expect(findings(await explain(manifest))).toContain(finding);
  });

  test("memory and tables that could grow are told with what they get", async () => {
    const explained = await explain(HOOKS, "(memory 1 300) (table 1 200000 funcref)");
    expect(explained.module.memory).toEqual({ pagesMin: 1, pagesMax: 300, pagesCap: 256 });
    expect(findings(explained)).toEqual([
      "note: it names 300 pages of memory: it never gets more than 256 pages",
      "note: a table of it may grow: it never gets more than 100000 slots",
    ]);
    expect(findings(await explain(HOOKS, "(memory 1 4) (table 1 1 funcref)"))).toEqual([]);
  });

  test("a cap that the manifest asks for is the cap", async () => {
    const { module, limits } = await explain(
      { ...HOOKS, limits: { memory_pages: 8 } },
      "(memory 1)",
    );
    expect([module.memory?.pagesCap, limits.memoryPages]).toEqual([8, 8]);
  });
});
