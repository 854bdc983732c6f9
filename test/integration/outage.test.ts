import { expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { scripted } from "../support/scripted.ts";

const HOME = "endpoints: { home: { path: /, response: { body: home } } }";

async function ready(app: TestApp): Promise<number> {
  return (await app.fetch("/readyz")).status;
}

async function health(app: TestApp): Promise<unknown> {
  const response = await app.fetch("/health");
  const text = await response.text();
  return { code: response.status, ...JSON.parse(text) };
}

async function endProcess({ records }: TestApp): Promise<void> {
  const ended = (): number =>
    records.filter(({ level, msg }) => level === "warn" && msg === "process of the plugin ended")
      .length;
  const before = ended();
  process.kill(
    Number(records.findLast((record) => record["pid"] !== undefined)?.["pid"]),
    "SIGKILL",
  );
  await expect.poll(ended).toBe(before + 1);
}

test("a critical plugin whose process ended too often is not ready until it runs again", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${HOME}\nplugins: { guard: { critical: true, isolation: process } }`,
    "plugins/guard.wasm": withManifest(
      answering("before_request", ""),
      manifestOf("guard", "before_request"),
    ),
  });
  await endProcess(app);
  // The first end costs nothing: the next call gets a new process.
  expect(await ready(app)).toBe(200);
  expect((await app.fetch("/")).status).toBe(200);
  await endProcess(app);
  expect((await app.fetch("/")).status).toBe(503);
  expect(await ready(app)).toBe(503);
  expect(await health(app)).toMatchObject({
    code: 503,
    status: "unhealthy",
    plugins: {
      guard: {
        status: "unhealthy",
        critical: true,
        message: "it does not run, and is tried again later",
        reason: "guest_process_died",
      },
    },
  });
  // Nobody but who asks for readiness: that alone brings it back.
  await expect.poll(() => ready(app), { timeout: 5000, interval: 50 }).toBe(200);
  expect(await health(app)).toMatchObject({ code: 200, status: "healthy" });
  expect((await app.fetch("/")).status).toBe(200);
  const own = app.records.filter(({ plugin }) => plugin === "guard");
  const said = own.filter(({ msg }) => /does not run|runs again/.test(msg));
  expect(said).toMatchObject([
    {
      level: "warn",
      plugin: "guard",
      code: "guest_process_died",
      msg: expect.stringContaining("plugin does not run: guard: its process ended too often"),
    },
    { level: "info", plugin: "guard", msg: "plugin runs again" },
  ]);
});

const KV = `
  (import "extism:host/user" "bw_kv_get" (func $get (param i64) (result i64)))
  (import "extism:host/user" "bw_kv_set" (func $set (param i64 i64 i64) (result i64)))`;

test.each([
  ["authenticate", 503],
  ["after_response", 200],
] as const)(
  "a plugin with %s whose instances cannot start makes readiness answer %i",
  async (hook, status) => {
    const module = scripted(
      (text) => ({
        // Only the first instance starts.
        initialize: `(if (result i32) (i64.eqz (call $get ${text("began")}))
          (then (drop (call $set ${text("began")} ${text("yes")} (i64.const 0))) (i32.const 0))
          (else (call $fail ${text("no postgres://admin:hunter2@db")})))`,
        [hook]: "(unreachable)",
      }),
      KV,
    );
    await using app = await startTestApp({
      "backworks.yaml": `${HOME}\nplugins: { judge: { grants: { kv: true } } }`,
      "plugins/judge.wasm": withManifest(module, {
        ...manifestOf("judge"),
        hooks: { initialize: {}, [hook]: {} },
        capabilities: { kv: true },
      }),
    });
    for (let failures = 0; failures <= 3; failures++) {
      expect(await ready(app)).toBe(200);
      await app.fetch("/");
    }
    expect(await ready(app)).toBe(status);
    const told = await health(app);
    expect(told).toMatchObject({
      plugins: { judge: { status: "unhealthy", reason: "guest_unavailable" } },
    });
    expect(JSON.stringify(told)).not.toContain("hunter2");
  },
);
