import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { AUTHOR_HOOKS, HOOKS } from "../../../pdk-ts/src/hooks.ts";
import { WORLDS } from "../../support/direct-plugin.ts";
import { headOf } from "../../support/plugins.ts";

const AUTH =
  ':context.auth: {"subject":"ann","roles":["admin","dev"],"claims":{"mail":"a@b","n":1}}';
const MESSAGE = ':connection: "c1"\n:peer: "10.0.0.7:502"\n:local: "0.0.0.0:9000"\n';
const EVENT = ':topic: "orders.created"\n:publisher: "shop"\n:id: "e1"\n\n';
const AUDITED = headOf("GET /", [], [AUTH, "!404", "x-a: 1"]);

interface HookCase {
  readonly hook: HookName;
  /** The function behind the hook, with its parameters. */
  readonly call: string;
  readonly head?: string;
  readonly body?: string;
  readonly reads?: JsonObject;
  readonly answer: unknown;
}

const LIFE = ["initialize", "config_reload", "start", "stop", "cleanup"] as const;
const REPORTS = ["collect_metrics", "generate_alerts", "track_event", "generate_report"] as const;

const CASES: readonly HookCase[] = [
  ...LIFE.map((hook): HookCase => ({ hook, call: "() => 'nobody asks for it'", answer: "" })),
  { hook: "get_metrics", call: "() => ({ a: 1.5, b: 0 })", answer: { a: 1.5, b: 0 } },
  { hook: "get_metrics", call: "async () => new Map([['a', -1]])", answer: { a: -1 } },
  ...REPORTS.flatMap((hook): HookCase[] => [
    { hook, call: "(value) => ({ got: value })", head: '[1,"ü"]', answer: { got: [1, "ü"] } },
    { hook, call: "(value) => [value]", answer: [null] },
    { hook, call: "() => {}", head: "1", answer: "" },
    { hook, call: "async () => null", head: "1", answer: "" },
  ]),
  {
    hook: "authenticate",
    call: "(r) => Verdict.identified(r.header('x-user'), ['a']).claim('mail', 'ü').claim('x', '1')",
    reads: { headers: ["x-user"] },
    head: headOf("GET /", ["x-user: ann"]),
    answer: {
      outcome: "identified",
      subject: "ann",
      roles: ["a"],
      claims: { mail: "ü", x: "1" },
    },
  },
  {
    hook: "authenticate",
    call: "() => Verdict.denied('no token', 0, 'Bearer realm=\"x\"')",
    answer: { outcome: "denied", reason: "no token", challenge: 'Bearer realm="x"' },
  },
  { hook: "authenticate", call: "async () => null", answer: "" },
  { hook: "authenticate", call: "(r) => r.identity()", answer: "", reads: { context: ["auth"] } },
  { hook: "authorize", call: "() => Verdict.allowed()", answer: { outcome: "allowed" } },
  {
    hook: "authorize",
    call: `(r) => {
      const who = r.identity();
      const claims = [who.claim("mail"), who.claim("n"), who.claim("toString")];
      return Verdict.denied(JSON.stringify([who.subject, who.roles, claims]), 401);
    }`,
    head: headOf("GET /", [], [AUTH]),
    answer: {
      outcome: "denied",
      reason: '["ann",["admin","dev"],["a@b","1",null]]',
      status: 401,
    },
  },
  { hook: "authorize", call: "(r) => r.identity() && Verdict.allowed()", answer: "" },
  ...['{"subject":7,"roles":{},"claims":[]}', "{}", "[]", "7"].map((json): HookCase => ({
    hook: "authorize",
    call: `(r) => {
        const { subject, roles } = r.identity();
        return Verdict.denied(JSON.stringify([subject, roles, r.identity().claim("a")]));
      }`,
    head: headOf("GET /", [], [`:context.auth: ${json}`]),
    answer: { outcome: "denied", reason: '["",[],null]' },
  })),
  {
    hook: "audit_log",
    call: "(q, p) => { log.info([q.path, q.identity().subject, p.status, p.header('x-a'), p.text()].join()); return 1; }",
    reads: { response_headers: ["x-a"], body: "text" },
    head: AUDITED,
    body: "gone",
    answer: "",
  },
  {
    hook: "on_schedule",
    call: "(tick) => { log.info(tick.name + tick.at); }",
    head: '{"name":"hourly","at":"2026-11-21T10:00:00Z"}',
    answer: "",
  },
  {
    hook: "on_message",
    call: "(m) => { log.info(m.text()); }",
    head: `${MESSAGE}\n`,
    body: "in",
    answer: "",
  },
  {
    hook: "on_message",
    call: "(m) => { m.reply([m.connection, m.peer, m.local, m.state, m.stateJson()].join()); }",
    head: `${MESSAGE}\n`,
    answer: "\nc1,10.0.0.7:502,0.0.0.0:9000,,",
  },
  {
    hook: "on_message",
    call: `(m) => {
      const { n } = m.stateJson();
      m.setState(JSON.stringify({ n: n + 1 }, null, 2));
      m.replyBytes(m.bytes().slice(0, 1));
      m.reply("ü" + m.state);
      m.close();
    }`,
    head: `${MESSAGE}:state: {"n":1}\n\n`,
    body: "abc",
    answer: '=state: {"n":2}\n!close\n\naü{"n":2}',
  },
  { hook: "on_message", call: "(m) => m.close()", head: `${MESSAGE}\n`, answer: "!close\n" },
  {
    hook: "on_message",
    call: "(m) => m.replyBytes(m.bytes())",
    head: `${MESSAGE}\n`,
    body: "a\n\nb",
    answer: "\na\n\nb",
  },
  {
    hook: "on_event",
    call: "(e) => { log.info([e.topic, e.publisher, e.id, e.text(), e.json().a, e.bytes().length].join()); }",
    head: EVENT,
    body: '{"a":1}',
    answer: "",
  },
  { hook: "on_call", call: "(c) => c.text() + c.bytes().length", body: "ü", answer: "ü2" },
  { hook: "on_call", call: "async (c) => new Uint8Array(c.json())", body: "[65,66]", answer: "AB" },
  { hook: "on_call", call: "() => {}", body: "x", answer: "" },
  { hook: "on_call", call: "() => '\\ud800'", answer: "\ufffd" },
];

/** Hook, its function, and what the failure says. */
const REFUSED: readonly (readonly [HookName, string, string])[] = [
  [
    "get_metrics",
    "() => ({ a: 'b' })",
    "getMetrics must return a Map or an object of finite numbers; it returned a: b",
  ],
  ["get_metrics", "() => ({ a: NaN })", "it returned a: NaN"],
  ["get_metrics", "() => new Map([['a', 1], ['b', -Infinity]])", "it returned b: -Infinity"],
  ["get_metrics", "() => 1", "it returned 1"],
  ["get_metrics", "() => null", "it returned null"],
  ["track_event", "() => Symbol()", "a report is JSON, not a symbol"],
  ["authenticate", "() => true", "authenticate must return a Verdict or null; it returned true"],
  ["authenticate", "() => ({})", "it returned an object"],
  [
    "authenticate",
    "() => Verdict.allowed()",
    "authenticate must return Verdict.identified, Verdict.denied or null; it returned Verdict.allowed",
  ],
  ["authorize", "() => Verdict.identified('a')", "authorize must return Verdict.allowed"],
  ["authorize", "() => Verdict.denied('', 404)", "a request is denied with 401 or 403, not 404"],
  ["authorize", "() => Verdict.denied('', 401, 'a\\nb')", "is no value of www-authenticate"],
  ["authorize", "() => Verdict.allowed().claim('a', 'b')", "only Verdict.identified has claims"],
  ["authorize", "(r) => r.setHeader('a', 'b')", "authorize cannot change the request"],
  ["authorize", "(r) => r.provide('a', 1)", "authorize cannot provide values"],
  ["authenticate", "() => Verdict.identified('')", "a subject is a string that is not empty"],
  [
    "authenticate",
    "(r) => r.identity()",
    'authenticate does not read "auth": add it to hooks.authenticate.reads.context',
  ],
  ["audit_log", "(q, p) => p.setHeader('a', 'b')", "auditLog cannot change the reply"],
  ["audit_log", "(q, p) => p.setBody('a')", "auditLog cannot change the reply"],
  ["audit_log", "(q) => q.provide('a', 1)", "auditLog cannot provide a value"],
  ["audit_log", "(q) => q.text()", "audit_log is given the body of the reply"],
  ["on_message", "(m) => m.setState('{')", "SyntaxError"],
  ["on_message", "(m) => m.setState({})", "a state is a string, not object"],
  [
    "on_message",
    "(m) => m.setState('['.repeat(40) + ']'.repeat(40))",
    "the state of a connection nests deeper than 32 levels",
  ],
  ["on_message", "(m) => m.reply(1)", "a reply is a string, not number"],
  ["on_call", "() => 1", "onCall must return a string or a Uint8Array; it returned 1"],
];

const HEADS: Partial<Record<HookName, string>> = { audit_log: AUDITED, on_message: `${MESSAGE}\n` };

function sourceOf(hook: HookName, call: string): string {
  return `
    import { log, Verdict } from "@backworks/pdk";
    export const ${AUTHOR_HOOKS[hook]}: any = ${call};`;
}

function defaultHead(hook: HookName): string {
  const isFrame = HOOKS.find(({ name }) => name === hook)?.input === "frame";
  return HEADS[hook] ?? (isFrame ? headOf("GET /") : "");
}

describe.each(WORLDS)("%s", (_world, start) => {
  test.each(CASES)("$hook: $call", async ({ hook, call, head, body, reads, answer }) => {
    const plugin = await start(sourceOf(hook, call), { [hook]: { reads: reads ?? {} } });
    const output = await plugin.callForBytes(hook, head ?? defaultHead(hook), body ?? "");
    const text = Buffer.from(output).toString("utf8");
    expect(typeof answer === "string" ? text : JSON.parse(text)).toEqual(answer);
  });

  test.each(REFUSED)("%s refuses %s", async (hook, call, message) => {
    const plugin = await start(sourceOf(hook, call), { [hook]: {} });
    await expect(plugin.call(hook, defaultHead(hook))).rejects.toThrow(message);
  });

  test("what a hook is told reaches its log", async () => {
    for (const { hook, call, head, body, reads } of CASES) {
      if (!call.includes("log.info")) continue;
      const plugin = await start(sourceOf(hook, call), { [hook]: { reads: reads ?? {} } });
      const before = plugin.logs.length;
      await plugin.call(hook, head ?? "", body ?? "");
      expect(plugin.logs.slice(before)).toEqual([LOGGED[hook]]);
    }
  });

  test("what is read of an input after its call is an error", async () => {
    const source = `
      import type { PluginCall } from "@backworks/pdk";
      let kept: PluginCall | undefined;
      export const onCall = (call: PluginCall) => (kept ??= call).text();`;
    const plugin = await start(source, { on_call: {} });
    expect(await plugin.call("on_call", "", "first")).toBe("first");
    await expect(plugin.call("on_call", "", "second")).rejects.toThrow("only while the hook");
  });
});

const LOGGED: Partial<Record<HookName, string>> = {
  audit_log: "info: /,ann,404,1,gone",
  on_schedule: "info: hourly2026-11-21T10:00:00Z",
  on_message: "info: in",
  on_event: 'info: orders.created,shop,e1,{"a":1},1,7',
};
