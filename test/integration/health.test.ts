import { createServer } from "node:http";
import { expect, test } from "vitest";
import type { Json } from "../../host/src/contracts/json.ts";
import { startTestApp, type LogRecord } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { scripted, type Script } from "../support/scripted.ts";

const SEND = `(import "extism:host/user" "bw_http_send" (func $send (param i64 i64) (result i64)))`;

/** A server that answers when it is told to, and counts who asks. */
async function startSlow(): Promise<
  AsyncDisposable & { readonly origin: string; asked: number; answer: () => void }
> {
  const answered = Promise.withResolvers<void>();
  const slow = {
    origin: "",
    asked: 0,
    answer: () => answered.resolve(),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
  const server = createServer((_, response) => {
    slow.asked++;
    void answered.promise.then(() => response.end());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  slow.origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  return slow;
}

test("a plugin that waits is asked once for all who ask for its health and its figures meanwhile", async () => {
  await using slow = await startSlow();
  const module = scripted(
    (text) => ({
      health_check: `(drop (call $send ${text(`GET ${slow.origin}/health`)} (i64.const 0)))
        (call $say ${text('{"status":"healthy"}')})`,
      get_metrics: `(drop (call $send ${text(`GET ${slow.origin}/figures`)} (i64.const 0)))
        (call $say ${text('{"entries":3}')})`,
      process_endpoint: `(call $say ${text("\nserved")})`,
    }),
    SEND,
  );
  const hooks = { health_check: {}, get_metrics: {}, process_endpoint: {} };
  const capabilities = { http: { hosts: [slow.origin] } };
  await using app = await startTestApp({
    "backworks.yaml": JSON.stringify({
      endpoints: { work: { path: "/work", plugin: "waits" } },
      plugins: { waits: { grants: { http: { allow: [slow.origin], private: true } } } },
    }),
    "plugins/waits.wasm": withManifest(module, {
      abi: 1,
      name: "waits",
      version: "1.0.0",
      hooks,
      capabilities,
    }),
  });
  const paths = Array.from({ length: 40 }, (_, index) =>
    index % 2 === 0 ? "/health" : "/metrics",
  );
  const asking = paths.map(async (path) => (await app.fetch(path)).text());
  await expect.poll(() => slow.asked).toBe(2);
  expect(await (await app.fetch("/work")).text()).toBe("served");
  slow.answer();
  const answers = await Promise.all(asking);
  const expected = ['"status":"healthy"', 'plugin_entries{plugin="waits"} 3'];
  answers.forEach((answer, index) => expect(answer).toContain(expected[index % 2]));
  expect(slow.asked).toBe(2);
});

const PASSWORD = "hunter2";
const REASON = `cannot log in to postgres://admin:${PASSWORD}@10.0.0.5/db`;

/** Beyond what every script has: a count of turns, and what outlives an instance. */
const STATE = `
  (import "extism:host/user" "bw_kv_get" (func $get (param i64) (result i64)))
  (import "extism:host/user" "bw_kv_set" (func $set (param i64 i64 i64) (result i64)))
  (global $turn (mut i32) (i32.const 0))`;

/** Asks an application with this plugin so often how it is: what is told of the plugin, and logged. */
async function ask(script: Script, times: number): Promise<{ told: Json[]; records: LogRecord[] }> {
  const hooks = Object.fromEntries(Object.keys(script(String)).map((hook) => [hook, {}]));
  const manifest = { abi: 1, name: "db", version: "1.0.0", hooks, capabilities: { kv: true } };
  await using app = await startTestApp({
    "backworks.yaml": `endpoints: { home: { path: /, response: { body: "" } } }
plugins: { db: { grants: { kv: true } } }`,
    "plugins/db.wasm": withManifest(scripted(script, STATE), manifest),
  });
  const told: Json[] = [];
  for (let asked = 0; asked < times; asked++) {
    const text = await (await app.fetch("/health")).text();
    expect(text).not.toContain(PASSWORD);
    told.push(JSON.parse(text).plugins.db);
  }
  const records = app.records.filter(({ plugin, level }) => plugin === "db" && level !== "debug");
  return { told, records };
}

test("what health_check fails with is told to the log, once, and to nobody who asks", async () => {
  const { told, records } = await ask(
    (text) => ({
      // Well, twice not, and well again.
      health_check: `(global.set $turn (i32.add (global.get $turn) (i32.const 1)))
        (if (result i32) (i32.eq (i32.shr_u (global.get $turn) (i32.const 1)) (i32.const 1))
          (then (call $fail ${text(REASON)}))
          (else (call $say ${text('{"status":"degraded","message":"slow today"}')})))`,
    }),
    4,
  );
  const ill = { status: "unhealthy", message: "health_check failed", reason: "guest_failed" };
  const slow = { status: "degraded", message: "slow today" };
  expect(told).toMatchObject([slow, ill, ill, slow]);
  const place = { plugin: "db", hook: "health_check" };
  expect(records).toMatchObject([
    {
      ...place,
      level: "warn",
      code: "guest_failed",
      msg: `plugin cannot say how it is: db: health_check failed: ${REASON}`,
    },
    { ...place, level: "info", msg: "plugin says how it is again" },
  ]);
});

test("so it is with what initialize of a new instance fails with", async () => {
  const { told, records } = await ask(
    (text) => ({
      initialize: `(if (result i32) (i64.eqz (call $get ${text("began")}))
        (then (drop (call $set ${text("began")} ${text("yes")} (i64.const 0))) (i32.const 0))
        (else (call $fail ${text(REASON)})))`,
      health_check: "(unreachable)",
    }),
    6,
  );
  const failed = { status: "unhealthy", message: "initialize failed" };
  const down = { status: "unhealthy", message: "it does not run, and is tried again later" };
  expect(told).toMatchObject([
    { status: "unhealthy", message: "health_check failed", reason: "guest_trapped" },
    ...["guest_failed", "guest_failed", "guest_failed"].map((reason) => ({ ...failed, reason })),
    ...["guest_unavailable", "guest_unavailable"].map((reason) => ({ ...down, reason })),
  ]);
  expect(records).toMatchObject([
    { hook: "health_check", code: "guest_trapped" },
    { hook: "initialize", code: "guest_failed", msg: expect.stringContaining(REASON) },
  ]);
});
