import { describe, expect, test } from "vitest";
import { loadConfig } from "../../host/src/config/load.ts";
import { findProblems } from "../../host/src/app/validate.ts";
import { startTestApp, TestFolder, type LogRecord, type TestApp } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

const HELLO = withManifest(
  answering("process_endpoint", "!200\n+content-type: text/plain\n\nhello"),
  manifestOf("hello"),
);
const STAMP = withManifest(
  answering("after_response", "+x-stamp: yes\n"),
  manifestOf("stamp", "after_response"),
);

/** Counts in kv and answers the sum. */
const COUNTER = withManifest(
  wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "length" (func $length (param i64) (result i64)))
    (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    (import "extism:host/user" "bw_kv_increment" (func $count (param i64 i64 i64) (result i64)))
    (func (export "process_endpoint") (result i32) (local $sum i64) (local $out i64)
      (local.set $sum (call $count (call $alloc (i64.const 1)) (i64.const 1) (i64.const 0)))
      (local.set $out (call $alloc (i64.const 2)))
      (call $store (local.get $out) (i32.const 10))
      (call $store (i64.add (local.get $out) (i64.const 1)) (call $load (local.get $sum)))
      (call $output (local.get $out) (i64.const 2))
      (i32.const 0)))`),
  manifestOf("counter", "process_endpoint", { capabilities: { kv: {} } }),
);

const CONFIG = `
isolation: process
plugins:
  stamp: { isolation: shared }
endpoints:
  hello: { path: /hello, plugin: hello }
  plain: { path: /plain, response: { body: plain } }
`;

/** Processes that the application started, by what it logged. */
function processesOf({ records }: TestApp): unknown[] {
  return records.filter((record) => record["pid"] !== undefined).map((record) => record["plugin"]);
}

function pidOf({ records }: TestApp, plugin = "hello"): number {
  const started = (record: LogRecord): boolean =>
    record["pid"] !== undefined && record["plugin"] === plugin;
  return Number(records.findLast(started)?.["pid"]);
}

describe("isolation: process", () => {
  const files = {
    "backworks.yaml": CONFIG,
    "plugins/hello.wasm": HELLO,
    "plugins/stamp.wasm": STAMP,
  };

  test("serves a dropped-in plugin from a process, beside a shared one", async () => {
    await using app = await startTestApp(files);
    const response = await app.fetch("/hello");
    expect([response.status, await response.text()]).toEqual([200, "hello"]);
    expect(response.headers.get("x-stamp")).toBe("yes");
    expect(processesOf(app)).toEqual(["hello"]);
  });

  test("survives the process: one request fails with its code, the next is served", async () => {
    await using app = await startTestApp(files);
    process.kill(pidOf(app), "SIGSTOP");
    const pending = app.fetch("/hello");
    const others = await Promise.all([app.fetch("/plain"), app.fetch("/plain")]);
    expect(others.map(({ status }) => status)).toEqual([200, 200]);
    process.kill(pidOf(app), "SIGKILL");
    const failed = await pending;
    expect(failed.status).toBe(503);
    expect(failed.headers.get("retry-after")).not.toBeNull();
    await expect(failed.json()).resolves.toMatchObject({
      type: "urn:backworks:error:guest_process_died",
      plugin: "hello",
    });
    await expect((await app.fetch("/hello")).text()).resolves.toBe("hello");
  });

  test("ends the processes when the application stops", async () => {
    const app = await startTestApp(files);
    const pid = pidOf(app);
    await app[Symbol.asyncDispose]();
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  test("reports a plugin that does not initialize as any other", async () => {
    const broken = wat(`(module (func (export "initialize") (result i32) (i32.const 1))
      (func (export "process_endpoint") (result i32) (i32.const 0)))`);
    const manifest = manifestOf("hello", "process_endpoint");
    await using app = await startTestApp({
      ...files,
      "plugins/hello.wasm": withManifest(broken, manifest),
    });
    expect(app.summary.plugins.find(({ name }) => name === "hello")).toMatchObject({
      state: "refused",
      error: {
        code: "guest_failed",
        message: "hello: initialize failed: it gave no reason (error_set)",
      },
    });
    await expect(app.fetch("/plain")).resolves.toHaveProperty("status", 200);
  });

  test("gives a plugin its capabilities, and counts what its calls take", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${CONFIG}
  count: { path: /count, plugin: counter }
`.replace("plugins:", "plugins:\n  counter: { grants: { kv: { keys_max: 1 } } }"),
      "plugins/hello.wasm": HELLO,
      "plugins/stamp.wasm": STAMP,
      "plugins/counter.wasm": COUNTER,
    });
    expect(new Set(processesOf(app))).toEqual(new Set(["counter", "hello"]));
    const answers: string[] = [];
    for (let calls = 0; calls < 3; calls++) answers.push(await (await app.fetch("/count")).text());
    expect(answers).toEqual(["1", "2", "3"]);
    // What the host keeps outlives the process.
    process.kill(pidOf(app, "counter"), "SIGKILL");
    const count = async (): Promise<string> => (await app.fetch("/count")).text();
    await expect.poll(count, { timeout: 5000 }).toBe("4");
    const metrics = await (await app.fetch("/metrics")).text();
    const fuel = /^backworks_plugin_fuel_consumed_total\{plugin="counter".*\} (\d+)$/m.exec(
      metrics,
    )?.[1];
    expect(Number(fuel)).toBeGreaterThan(4 * 30_000);
  });

  test("refuses what is not granted as it does anywhere else", async () => {
    await using folder = await TestFolder.create({ ...files, "plugins/counter.wasm": COUNTER });
    const problems = await findProblems(await loadConfig(`${folder.path}/backworks.yaml`, {}));
    expect(problems).toMatchObject([
      {
        code: "plugin_capability_denied",
        message: expect.stringContaining("it is not granted: kv (bw_kv_increment)"),
      },
    ]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
