import { describe, expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { LogRecord, TestApp } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { DONE, scripted } from "../support/scripted.ts";
import type { Script } from "../support/scripted.ts";
import { startCommand, runCommand } from "../support/terminal.ts";
import { TestFolder } from "../support/folder.ts";

const PRINT = `(import "wasi_snapshot_preview1" "fd_write"
  (func $write (param i32 i32 i32 i32) (result i32)))`;
const SERVICES = `(import "extism:host/user" "bw_plugin_call" (func $call (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_event_publish" (func $publish (param i64 i64) (result i64)))`;

/** Prints a line of seven characters to WASI's standard output. */
const print = (line: string): string => `
  (i64.store (i32.const 60008) (i64.const ${Buffer.from(`${line}\n`).readBigInt64LE()}))
  (i32.store (i32.const 60000) (i32.const 60008)) (i32.store (i32.const 60004) (i32.const 8))
  (drop (call $write (i32.const 1) (i32.const 60000) (i32.const 1) (i32.const 60016)))`;

function plugin(name: string, script: Script, imports: string, more: object = {}): Uint8Array {
  const hooks = Object.fromEntries(Object.keys(script(() => "")).map((hook) => [hook, {}]));
  const manifest = { abi: 1, name, version: "1.0.0", hooks, ...more };
  return withManifest(scripted(script, imports), manifest);
}

const TOPICS = { events: { publish: ["orders"] } };

/** Says what it does in all that it does; each request leads to a call and an event. */
const SHOP = plugin(
  "shop",
  (text) => ({
    initialize: `(call $log ${text("initialized")}) ${DONE}`,
    health_check: `(call $log ${text("healthy")}) (call $say ${text('{"status":"healthy"}')})`,
    before_request: `(call $log ${text("before")}) ${DONE}`,
    process_endpoint: `(call $log ${text("ordered")}) ${print("printed")}
      (drop (call $call ${text("stock")} ${text("seven")}))
      (drop (call $publish ${text("orders")} ${text("seven")}))
      (call $say ${text("!202\n")})`,
    audit_log: `(call $log ${text("audited")}) ${DONE}`,
  }),
  `${PRINT} ${SERVICES}`,
  { capabilities: { plugins: ["stock"], ...TOPICS } },
);
const STOCK = plugin("stock", (text) => ({ on_call: `(call $log ${text("called")}) ${DONE}` }), "");
const MAIL = plugin("mail", (text) => ({ on_event: `(call $log ${text("told")}) ${DONE}` }), "", {
  capabilities: { events: { subscribe: ["orders"] } },
});

const FILES = { "plugins/shop.wasm": SHOP, "plugins/stock.wasm": STOCK, "plugins/mail.wasm": MAIL };

const configOf = (isolation: string): string => `
data_dir: ":memory:"
isolation: ${isolation}
endpoints: { order: { path: /order, plugin: shop } }
plugins:
  shop: { grants: { plugins: [stock], events: { publish: [orders] } } }
  mail: { grants: { events: { subscribe: [orders] } } }
`;

describe.each(["shared", "process"])("with isolation: %s", (isolation) => {
  test("each line of a plugin says in which call it was written, and for which request", async () => {
    const app: TestApp = await startTestApp({ ...FILES, "backworks.yaml": configOf(isolation) });
    await (await app.fetch("/health")).text();
    expect((await app.fetch("/order")).status).toBe(202);
    await app[Symbol.asyncDispose]();

    const access = app.records.find(({ msg, path }) => msg === "request" && path === "/order");
    const names = { requestId: access?.["requestId"], route: access?.["route"] };
    expect(names).toEqual({ requestId: expect.any(String), route: "order" });
    const line = (msg: string): LogRecord | undefined => {
      const found = app.records.filter((record) => record.msg === msg);
      expect(found).toHaveLength(1);
      return found[0];
    };
    const shop = { level: "info", time: expect.any(String), plugin: "shop" };
    const event = { topic: "orders", publisher: "shop", event: expect.any(String) };
    const lines: readonly (readonly [msg: string, fields: object])[] = [
      ["initialized", { ...shop, hook: "initialize" }],
      ["healthy", { ...shop, hook: "health_check" }],
      ["before", { ...shop, ...names, hook: "before_request" }],
      ["ordered", { ...shop, ...names, hook: "process_endpoint" }],
      ["printed", { ...shop, ...names, hook: "process_endpoint" }],
      ["called", { ...shop, ...names, plugin: "stock", hook: "on_call", caller: "shop" }],
      ["audited", { ...shop, ...names, hook: "audit_log" }],
      ["told", { ...shop, ...names, ...event, plugin: "mail", hook: "on_event" }],
    ];
    for (const [msg, fields] of lines) expect(line(msg)).toEqual({ ...fields, msg });
  });

  test("each call is a line of the debug log with what it used, and for whom", async () => {
    const app: TestApp = await startTestApp({ ...FILES, "backworks.yaml": configOf(isolation) });
    expect((await app.fetch("/order")).status).toBe(202);
    await app[Symbol.asyncDispose]();
    const access = app.records.find(({ msg }) => msg === "request");
    const calls = app.records.filter(({ msg }) => msg === "plugin called");
    const hooks = calls.map(({ plugin: name, hook }) => `${String(name)} ${String(hook)}`);
    expect(hooks.toSorted()).toEqual([
      "mail on_event",
      "shop audit_log",
      "shop before_request",
      "shop process_endpoint",
      "stock on_call",
    ]);
    for (const call of calls) {
      expect(call).toMatchObject({
        level: "debug",
        requestId: access?.["requestId"],
        route: "order",
        outcome: "ok",
        fuel: expect.any(Number),
        durationMs: expect.any(Number),
        memoryBytes: 65_536,
      });
    }
  });

  test("a trace has its lines, on a terminal behind the host's own words", async () => {
    const trace =
      "Error: too much\n    at check (src/plugin.ts:6:29)\n[10:00:00.000] INFO: \u001b[2J\n";
    const failing = plugin(
      "failing",
      (text) => ({
        before_request: `(call $log ${text('x\n    plugin: "other"')}) (call $fail ${text(trace)})`,
      }),
      "",
    );
    await using folder = await TestFolder.create({
      "plugins/failing.wasm": failing,
      "backworks.yaml": `
data_dir: ":memory:"
isolation: ${isolation}
logging: { format: pretty }
server: { host: 127.0.0.1, port: 0 }
endpoints: { home: { path: /, response: {} } }
`,
    });
    const command = startCommand(["start"], { directory: folder.path });
    const [, url = ""] = await command.err.until(/Listening on (\S+)/);
    await (await fetch(url)).text();
    await command.out.until(/ request\n/);
    command.stop();
    const { out } = await command.ended;
    const [logged = "", skipped = ""] = out.split(/^(?=\[\d)/m).slice(-4);
    expect(logged).toMatch(/^\[[\d:.]+\] INFO: x\n {8}plugin: "other"\n {4}plugin: "failing"\n/);
    expect(skipped).toContain(
      [
        "WARN: plugin skipped: failing: before_request failed: Error: too much",
        "            at check (src/plugin.ts:6:29)",
        String.raw`        [10:00:00.000] INFO: \u001b[2J`,
        "    requestId: ",
      ].join("\n"),
    );
  });
});

test("plugin call shows the lines of a text below each other, and a row only for each text", async () => {
  const talking = plugin(
    "talking",
    (text) => ({
      before_request: `(call $log ${text("a\ninfo  b")}) (call $fail ${text("c\nd")})`,
    }),
    "",
  );
  await using folder = await TestFolder.create({ "talking.wasm": talking });
  const { out } = await runCommand(
    ["plugin", "call", "talking.wasm", "before_request"],
    folder.path,
  );
  expect(out).toContain("log\n  info  a\n            info  b\n");
  expect(out).toMatch(/failed: c\n {6}d\n/);
});
