import { openPlugin, request, type OpenOptions, type TestPlugin } from "@backworks/pdk/testing";
// oxlint-disable-next-line import/no-unassigned-import -- it gives `expect` its matchers
import "@backworks/pdk/testing/vitest";
import { afterAll, describe, expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";

const MANIFEST = `
name: everything
version: 1.0.0
hooks:
  process_endpoint: { reads: { params: [what] } }
  authenticate: { reads: { headers: [authorization] } }
  authorize: {}
  audit_log: {}
  on_message: {}
  on_event: {}
  on_schedule: {}
  on_call: {}
  start: {}
  get_metrics: {}
capabilities:
  kv: {}
  http: { hosts: [https://api.example.com] }
  secrets: [API_KEY]
  plugins: [geo]
  events: { publish: [orders.created], subscribe: [orders.paid] }
  metrics: {}
  clock: {}
  random: {}
  sql: [main]
  tcp: ["plc:502"]
`;

/** Portable: what both targets have. */
const SOURCE = `
import {
  clock, events, http, HttpRequest, kv, Message, metrics, PluginCall, PluginEvent, plugins, random,
  Reply, type Request, secrets, sql, tcp, Tick, Verdict, log, lastFault,
} from "@backworks/pdk";

function text(bytes: Uint8Array | null): string {
  if (bytes === null) return "end";
  let all = "";
  for (let i = 0; i < bytes.length; i++) all += String.fromCharCode(bytes[i]);
  return all;
}

function ping(): Uint8Array {
  const bytes = new Uint8Array(2);
  bytes[0] = 0x70;
  bytes[1] = 0x31;
  return bytes;
}

function answer(what: string): string {
  if (what == "kv") return kv.increment("visits", 1, 1000).toString();
  if (what == "clock") return clock.nowMs().toString();
  if (what == "random") return random.uuid();
  if (what == "plugins") return plugins.call("geo", "Oslo");
  if (what == "sql") return sql.queryJson("main", "SELECT name FROM users WHERE id = ?", "[7]");
  if (what == "events") {
    events.publish("orders.created", "7");
    metrics.count("orders_total", 2);
    return "published";
  }
  if (what == "tcp") {
    const connection = tcp.open("plc:502");
    connection.send(ping());
    const first = text(connection.receive(100, 50));
    const second = text(connection.receive(100, 50));
    connection.close();
    return first + " " + second;
  }
  if (what == "try") {
    const response = http.trySend(new HttpRequest("GET", "https://api.example.com/slow"));
    const fault = lastFault();
    return response === null && fault !== null ? fault.code : "answered";
  }
  const sent = new HttpRequest("POST", "https://api.example.com/" + what);
  sent.setHeader("authorization", "Bearer " + secrets.get("API_KEY"));
  sent.setBody("hi");
  const response = http.send(sent);
  return response.status.toString() + " " + response.text();
}

export function processEndpoint(request: Request): Reply {
  const what = request.param("what");
  return Reply.text(200, answer(what === null ? "" : what));
}

export function authenticate(request: Request): Verdict | null {
  const token = request.header("authorization");
  if (token === null) return null;
  if (token == "bad") return Verdict.denied("no such token", 401, "Bearer");
  const roles = new Array<string>();
  roles.push("admin");
  return Verdict.identified("ann", roles);
}

export function authorize(request: Request): Verdict | null {
  const identity = request.identity();
  return identity !== null && identity.subject == "ann" ? Verdict.allowed() : Verdict.denied("not you");
}

export function auditLog(request: Request, reply: Reply): void {
  log.info(request.method + " " + reply.status.toString());
}

export function onMessage(message: Message): void {
  const state = message.state;
  message.reply(message.text() + (state === null ? "" : state));
  message.setState("2");
  if (message.text() == "bye") message.close();
}

export function onEvent(event: PluginEvent): void {
  log.info(event.topic + " " + event.text());
}

export function onSchedule(tick: Tick): void {
  log.info(tick.name + " " + tick.at);
}

export function onCall(input: PluginCall): string {
  return "you said " + input.text();
}

export function start(): void {
  log.info("started");
}

export function getMetrics(): Map<string, number> {
  const figures = new Map<string, number>();
  figures.set("queued", 3);
  return figures;
}
`;

const folders = new Map<string, TestFolder>();

async function open(target: "full" | "fast", options: OpenOptions = {}): Promise<TestPlugin> {
  const files = { "plugin.yaml": MANIFEST, "plugin.ts": SOURCE };
  const folder = folders.get(target) ?? (await TestFolder.create(files));
  folders.set(target, folder);
  return await openPlugin(folder.path, { target, ...options });
}

afterAll(async () => {
  for (const folder of folders.values()) await folder[Symbol.asyncDispose]();
});

const asking = (what: string): ReturnType<typeof request> => request({ params: { what } });

describe.each(["full", "fast"] as const)("doubles for the %s target", (target) => {
  test("the store is the host's own: it counts, and forgets when its time is over", async () => {
    await using plugin = await open(target, { kv: { visits: 4 } });
    expect(await plugin.processEndpoint(asking("kv"))).toReply(200, "5");
    expect(plugin.kv.get("visits")).toBe("5");
    plugin.kv.set("visits", "7", 1000);
    plugin.clock.advance(999);
    expect(await plugin.processEndpoint(asking("kv"))).toReply(200, "8");
    plugin.clock.advance(1);
    expect(plugin.kv.get("visits")).toBeNull();
    expect(await plugin.processEndpoint(asking("kv"))).toReply(200, "1");
  });

  test("the clock stands still, and random bytes are the same each time", async () => {
    await using plugin = await open(target, { clock: "2026-02-03T04:05:06Z" });
    expect(await plugin.processEndpoint(asking("clock"))).toReply(200, "1770091506000");
    plugin.clock.set("2026-02-03T04:05:07Z");
    expect(await plugin.processEndpoint(asking("clock"))).toReply(200, "1770091507000");
    const first = await plugin.processEndpoint(asking("random"));
    await using again = await open(target);
    expect(await again.processEndpoint(asking("random"))).toReply(200, first.reply?.text);
    await using other = await open(target, { random: 1 });
    expect(await other.processEndpoint(asking("random"))).not.toReply(200, first.reply?.text);
  });

  test("HTTP is answered by routes, and written down", async () => {
    await using plugin = await open(target, {
      secrets: { API_KEY: "k" },
      http: [
        { method: "POST", url: "https://api.example.com/a", status: 201, body: { ok: true } },
        { url: "https://api.example.com/slow", fault: "timeout" },
        {
          url: "https://api.example.com/*",
          times: 1,
          answer: ({ body }) => ({ body: `${body}!` }),
        },
      ],
    });
    expect(await plugin.processEndpoint(asking("a"))).toReply(200, '201 {"ok":true}');
    expect(await plugin.processEndpoint(asking("try"))).toReply(200, "timeout");
    const outcome = await plugin.processEndpoint(asking("b"));
    expect(outcome).toReply(200, "200 hi!");
    expect(plugin.http.requests.map(({ url }) => url)).toEqual(
      ["a", "slow", "b"].map((path) => `https://api.example.com/${path}`),
    );
    expect(plugin.http.requests[0]).toMatchObject({
      method: "POST",
      headers: { authorization: "Bearer k" },
      body: "hi",
    });
    expect(outcome.calls.map(({ capability, operation }) => `${capability}.${operation}`)).toEqual([
      "secrets.get",
      "http.send",
    ]);
    expect(JSON.stringify(outcome.calls[0])).not.toContain('"k"');
    await expect(plugin.processEndpoint(asking("b"))).rejects.toThrow(
      "http: no route for POST https://api.example.com/b; there are POST https://api.example.com/a",
    );
  });

  test("a request that fits no route fails the call even when the plugin handles it", async () => {
    await using plugin = await open(target);
    await expect(plugin.processEndpoint(asking("try"))).rejects.toThrow(
      "http: no route for GET https://api.example.com/slow; there are none",
    );
  });

  test("statements, peers, plugins, events and figures have their doubles", async () => {
    await using plugin = await open(target, {
      sql: [
        {
          statement: "SELECT  name FROM users\nWHERE id = ?",
          parameters: [7],
          rows: [{ name: "Ann" }],
        },
      ],
      tcp: { "plc:502": [{ expects: { hex: "70 31" }, sends: "pong", closes: true }] },
      plugins: { geo: (input) => ({ city: input }) },
    });
    expect(await plugin.processEndpoint(asking("sql"))).toReply(200, '[{"name":"Ann"}]');
    expect(plugin.sql.statements).toMatchObject([{ database: "main", parameters: [7] }]);
    expect(await plugin.processEndpoint(asking("tcp"))).toReply(200, "pong end");
    expect(plugin.tcp.traffic.map(({ kind }) => kind)).toEqual([
      "opened",
      "sent",
      "received",
      "closed",
    ]);
    expect(await plugin.processEndpoint(asking("plugins"))).toReply(200, { city: "Oslo" });
    expect(await plugin.processEndpoint(asking("events"))).toReply(200, "published");
    expect(plugin.events.published.map(({ topic }) => topic)).toEqual(["orders.created"]);
    expect(plugin.metrics.samples).toMatchObject([
      { kind: "counter", name: "orders_total", value: 2 },
    ]);
  });

  test.each([
    [
      "sql",
      "sql: no answer for SELECT name FROM users WHERE id = ? with [7] on main; there are none",
    ],
    ["tcp", "tcp: no script for plc:502; there are none"],
  ])("what has no double for %s is told", async (what, message) => {
    await using plugin = await open(target);
    await expect(plugin.processEndpoint(asking(what))).rejects.toThrow(message);
  });

  test("security hooks have verdicts", async () => {
    await using plugin = await open(target);
    const nobody = await plugin.authenticate();
    expect(nobody).toPassThrough();
    expect(nobody.verdict).toBeUndefined();
    const ann = await plugin.authenticate({ headers: { authorization: "good" } });
    expect(ann.verdict).toMatchObject({
      kind: "identified",
      identity: { subject: "ann", roles: ["admin"] },
    });
    const bad = await plugin.authenticate({ headers: { authorization: "bad" } });
    expect(bad).toReply(401);
    expect(bad.reply?.header("www-authenticate")).toBe("Bearer");
    const auth = { subject: "ann", roles: [], claims: {} };
    expect((await plugin.authorize({ context: { auth } })).verdict).toEqual({ kind: "allowed" });
    expect(await plugin.authorize()).toReply(403);
    expect(await plugin.auditLog(request("GET /x"), { status: 404 })).toLog("info", "GET 404");
  });

  test("messages, events, schedules, calls and lifecycle have their own shapes", async () => {
    await using plugin = await open(target, { clock: "2026-02-03T04:05:06Z" });
    const first = await plugin.onMessage("hi");
    expect([first.sends?.text, first.state, first.closes]).toEqual(["hi", 2, false]);
    const last = await plugin.onMessage("bye", { state: first.state });
    expect([last.sends?.text, last.closes]).toEqual(["bye2", true]);
    expect(await plugin.onEvent("orders.paid", "7")).toLog("info", "orders.paid 7");
    expect(await plugin.onSchedule("hourly")).toLog("info", "hourly 2026-02-03T04:05:06.000Z");
    expect((await plugin.onCall("hello")).output.text).toBe("you said hello");
    expect(await plugin.start()).toLog("info", "started");
    expect((await plugin.getMetrics()).value).toEqual({ queued: 3 });
  });
});
