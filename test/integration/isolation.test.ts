import { describe, expect, test } from "vitest";
import { loadConfig } from "../../host/src/config/load.ts";
import { findProblems } from "../../host/src/app/validate.ts";
import { startTestApp, TestFolder, type TestApp } from "../support/app.ts";
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

function pidOf({ records }: TestApp): number {
  return Number(records.findLast((record) => record["pid"] !== undefined)?.["pid"]);
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

  test("refuses a plugin that asks for capabilities, at start and when validating", async () => {
    const asking = withManifest(
      answering("process_endpoint", "!200\n"),
      manifestOf("hello", "process_endpoint", { capabilities: { kv: true } }),
    );
    const changed = { ...files, "plugins/hello.wasm": asking };
    const message = expect.stringContaining("hello asks for kv, and isolation: process grants no");
    await using app = await startTestApp(changed);
    expect(app.summary.plugins.find(({ name }) => name === "hello")).toMatchObject({
      error: { code: "plugin_capability_denied", message },
    });
    await using folder = await TestFolder.create(changed);
    const problems = await findProblems(await loadConfig(`${folder.path}/backworks.yaml`, {}));
    expect(problems).toMatchObject([{ code: "plugin_capability_denied", message }]);
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
