import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { headOf } from "../../support/plugins.ts";

/** A call of a hook, and its output, or the text of its failure. */
interface HookCall {
  readonly hook: HookName;
  readonly head: string;
  readonly body?: Uint8Array | string;
  readonly says: string | RegExp;
}

/** Hooks of one plugin, and what they must answer in every target. */
export interface HooksCase {
  readonly name: string;
  readonly hooks: JsonObject;
  readonly source: string;
  readonly calls: readonly HookCall[];
  readonly logs?: readonly string[];
}

const AUTH =
  ':context.auth: {"subject":"Ann \\"A\\"","roles":["admin","größe"],"claims":{"tenant":"t\\n","n":[1,{"a":"}"}],"":"empty"}}';
const facts = (...lines: string[]): string => headOf("GET /a", [], lines);
const message = (...lines: string[]): string => `${lines.join("\n")}\n\n`;
const PEER = [':connection: "c1"', ':peer: "10.0.0.1:5"', ':local: "0.0.0.0:6"'];
const BINARY = Uint8Array.of(0, 10, 10, 255, 0xef, 0xbb, 0xbf);

export const HOOK_CASES: readonly HooksCase[] = [
  {
    name: "a plugin's life and figures",
    hooks: {
      initialize: {},
      config_reload: {},
      start: {},
      stop: {},
      cleanup: {},
      get_metrics: {},
    },
    source: `
import { config, log } from "@backworks/pdk";
let reloads = 0;
export function initialize(): void { log.info("initialize"); }
export function configReload(): void { reloads += 1; log.info("reload"); }
export function start(): void { log.info("start"); }
export function stop(): void { log.info("stop"); }
export function cleanup(): void { log.info("cleanup"); }
export function getMetrics(): Map<string, number> {
  const figures = new Map<string, number>();
  figures.set("größe", 1.5);
  figures.set("reloads_total", reloads);
  figures.set("small", 1e-9);
  if (reloads > 1) figures.set("odd", 1.0 / 0.0);
  return figures;
}`,
    calls: [
      { hook: "start", head: "", says: "" },
      { hook: "config_reload", head: '{"a":1}', says: "" },
      { hook: "get_metrics", head: "", says: '{"größe":1.5,"reloads_total":1,"small":1e-9}' },
      { hook: "config_reload", head: "{}", says: "" },
      { hook: "get_metrics", head: "", says: /finite numbers; it returned odd: / },
      { hook: "stop", head: "", says: "" },
      { hook: "cleanup", head: "", says: "" },
    ],
    logs: ["initialize", "start", "reload", "reload", "stop", "cleanup"],
  },
  {
    name: "an authenticator",
    hooks: { authenticate: { reads: { headers: ["authorization"], body: "text" } } },
    source: `
import { Verdict, type Request } from "@backworks/pdk";
export function authenticate(request: Request): Verdict | null {
  const given = request.header("authorization");
  if (given === null) return null;
  if (given === "plain") return Verdict.denied("bad \\"token\\"");
  if (given === "full") return Verdict.denied("größe", 403, 'Bearer realm="x"');
  if (given === "status") return Verdict.denied("x", 500);
  if (given === "challenge") return Verdict.denied("x", 401, "a\\nb");
  if (given === "nobody") return Verdict.identified("");
  if (given === "allowed") return Verdict.allowed();
  if (given === "claim") return Verdict.denied("x").claim("a", "b");
  if (given === "provide") request.provide("a", 1);
  if (given === "body") return Verdict.identified(request.text());
  if (given === "edit") request.setHeader("a", "b");
  if (given === "alone") return Verdict.identified("Ann");
  return Verdict.identified("Ann", ["admin", "größe"]).claim("a", "1").claim("b", "\\n").claim("a", "2");
}`,
    calls: [
      ["none", ""],
      ["Authorization: plain", '{"outcome":"denied","reason":"bad \\"token\\""}'],
      [
        "full",
        '{"outcome":"denied","reason":"größe","status":403,"challenge":"Bearer realm=\\"x\\""}',
      ],
      ["status", /RangeError: a request is denied with 401 or 403, not 500/],
      ["challenge", /TypeError: "a\\+nb" is no value of www-authenticate/],
      ["nobody", /TypeError: a subject is a string that is not empty/],
      ["allowed", /authenticate must return Verdict\.identified, .*it returned Verdict\.allowed/],
      ["claim", /TypeError: only Verdict\.identified has claims/],
      ["provide", /TypeError: authenticate cannot provide values/],
      ["body", '{"outcome":"identified","subject":"text","roles":[],"claims":{}}'],
      ["edit", /authenticate cannot change the request/],
      ["alone", '{"outcome":"identified","subject":"Ann","roles":[],"claims":{}}'],
      [
        "more",
        '{"outcome":"identified","subject":"Ann","roles":["admin","größe"],"claims":{"a":"2","b":"\\n"}}',
      ],
    ].map(([given, says]) => ({
      hook: "authenticate",
      head: headOf(
        "GET /a",
        given === "none" ? [] : [`authorization: ${String(given).split(" ").at(-1)}`],
      ),
      body: "text",
      says: says ?? "",
    })),
  },
  {
    name: "one that knows who asks",
    hooks: { authorize: {}, audit_log: {}, before_request: { reads: { context: ["auth"] } } },
    source: `
import { log, Reply, Request, Verdict } from "@backworks/pdk";
function tell(request: Request): string {
  const who = request.identity();
  if (who === null) return "nobody";
  const tenant = who.claim("tenant");
  const n = who.claim("n");
  const empty = who.claim("");
  return who.subject + "|" + who.roles.join(",") + "|" + (tenant === null ? "" : tenant) + "|" +
    (n === null ? "" : n) + "|" + (empty === null ? "" : empty) + "|" + (who.claim("none") === null ? "none" : "some");
}
export function authorize(request: Request): Verdict | null {
  log.info(tell(request));
  const who = request.identity();
  if (who === null) return Verdict.denied("nobody");
  return who.roles.includes("admin") ? Verdict.allowed() : null;
}
export function beforeRequest(request: Request): Reply | null {
  return Reply.text(200, tell(request));
}
export function auditLog(request: Request, reply: Reply): void {
  log.info(request.path + " " + reply.status.toString() + " " + tell(request));
  if (reply.status === 201) reply.setHeader("a", "b");
  if (reply.status === 202) request.provide("a", "b");
  if (reply.status === 203) request.text();
}`,
    calls: [
      { hook: "authorize", head: facts(), says: '{"outcome":"denied","reason":"nobody"}' },
      { hook: "authorize", head: facts(AUTH), says: '{"outcome":"allowed"}' },
      { hook: "authorize", head: facts(':context.auth: {"subject":"B"}'), says: "" },
      {
        hook: "before_request",
        head: facts(AUTH),
        says: '!200\n+content-type: text/plain; charset=utf-8\n\nAnn "A"|admin,größe|t\n|[1,{"a":"}"}]|empty|none',
      },
      { hook: "audit_log", head: facts("!200"), says: "" },
      { hook: "audit_log", head: facts(AUTH, "!201"), says: /auditLog cannot change the reply/ },
      { hook: "audit_log", head: facts("!202"), says: /auditLog cannot provide a value/ },
      { hook: "audit_log", head: facts("!203"), says: /audit_log is given the body of the reply/ },
    ],
    logs: [
      "nobody",
      'Ann "A"|admin,größe|t\n    |[1,{"a":"}"}]|empty|none',
      "B|||||none",
      "/a 200 nobody",
      '/a 201 Ann "A"|admin,größe|t\n    |[1,{"a":"}"}]|empty|none',
      "/a 202 nobody",
      "/a 203 nobody",
    ],
  },
  {
    name: "a connector, a subscriber, a schedule and a callee",
    hooks: { on_message: {}, on_event: {}, on_schedule: {}, on_call: {} },
    source: `
import { log, type Message, type PluginCall, type PluginEvent, type Tick } from "@backworks/pdk";
export function onMessage(message: Message): void {
  const text = message.text();
  if (text === "nothing") return;
  const state = message.state;
  if (text === "line") message.setState("1\\n2");
  message.setState(state === null ? '{"n":1}' : "[" + state + "]");
  if (text === "state") return;
  if (text === "bye") {
    message.close();
    return;
  }
  message.reply(message.connection + " " + message.peer + " " + message.local + " größe\\n");
  message.replyBytes(message.bytes());
  const after = message.state;
  message.reply(after === null ? "null" : after);
}
export function onEvent(event: PluginEvent): void {
  log.info(event.topic + " " + event.publisher + " " + event.id + " " + event.text() + event.bytes().length.toString());
}
export function onSchedule(tick: Tick): void { log.info(tick.name + " " + tick.at); }
export function onCall(call: PluginCall): string {
  return call.text() + call.bytes().length.toString();
}`,
    calls: [
      { hook: "on_message", head: message(...PEER), body: "nothing", says: "" },
      { hook: "on_message", head: message(...PEER), body: "state", says: '=state: {"n":1}\n' },
      {
        hook: "on_message",
        head: message(...PEER, ":state: 7"),
        body: "bye",
        says: "=state: [7]\n!close\n",
      },
      {
        hook: "on_message",
        head: message(...PEER),
        body: "a\n\nb",
        says: '=state: {"n":1}\n\nc1 10.0.0.1:5 0.0.0.0:6 größe\na\n\nb{"n":1}',
      },
      { hook: "on_message", head: message(...PEER), body: "line", says: /Error/ },
      {
        hook: "on_event",
        head: message(':topic: "a.b"', ':publisher: "p"', ':id: "\\u00e9\\""'),
        body: BINARY,
        says: "",
      },
      {
        hook: "on_schedule",
        head: '{"name":"größe","at":"2026-11-21T10:30:00Z"}',
        says: "",
      },
      { hook: "on_call", head: "", body: "größe 😀", says: "größe 😀12" },
      { hook: "on_call", head: "", says: "0" },
    ],
    logs: ['a.b p é" \\u0000\n    \n    \ufffd\\ufeff7', "größe 2026-11-21T10:30:00Z"],
  },
];
