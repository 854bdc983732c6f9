import { describe, expect, test } from "vitest";
import { KV_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createGuest } from "../../../host/src/sandbox/guest.ts";
import type { PluginServices } from "../../../host/src/sandbox/capabilities/services.ts";
import { GuestStop } from "../../../host/src/sandbox/trap.ts";
import { createTestLogger } from "../../support/app.ts";
import { wat } from "../../support/wat.ts";
import { askingGuest, placeOf } from "./asking.ts";
import { createTestServices, isAlive, startBytes } from "./support.ts";

const CALLING = askingGuest([
  [["bw_plugin_call", "slow", "input"]],
  [["bw_kv_get", "key"]],
  [["bw_kv_increment", "calls", 1n, 0n]],
]);
const [CALL, GET, COUNT] = [placeOf(0), placeOf(1), placeOf(2)];

const SHORT = { call: { fuel: 20_000_000, timeMs: 200 }, start: { fuel: 1e7, timeMs: 200 } };

/** A plugin that may call another one, which answers when the test says so. */
function setup(): {
  services: PluginServices;
  answer: (text: string) => void;
  begun: Promise<void>;
} {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  const begun = Promise.withResolvers<void>();
  const services = createTestServices(
    { plugins: ["slow"], kv: { ...KV_DEFAULTS, namespace: "test" } },
    {
      findCallee: () => async () => {
        begun.resolve();
        return promise;
      },
    },
  );
  return { services, begun: begun.promise, answer: (text) => resolve(Buffer.from(text)) };
}

describe("while the host works for a call of a process", () => {
  test("the call ends when nobody waits for it, and so do those behind it in line", async () => {
    const { services, begun } = setup();
    using isolated = await startBytes(CALLING, { services });
    const pid = isolated.pid();
    const caller = new AbortController();
    const call = async (text: string): Promise<unknown> =>
      isolated.guest.call("process_endpoint", { head: text, body: undefined }, String, {
        signal: caller.signal,
      });
    const calls = Array.from({ length: 34 }, async (_, at) => call(at === 0 ? CALL : COUNT));
    await begun;
    caller.abort(new GuestStop("the caller has left"));
    const settled = await Promise.allSettled(calls);
    expect(settled[0]).toMatchObject({
      reason: { message: "test: process_endpoint trapped: the caller has left" },
    });
    // Those in the pipe are not called back.
    expect(settled.slice(1, 32).every(({ status }) => status === "fulfilled")).toBe(true);
    expect(settled.slice(32)).toMatchObject([
      { reason: { code: "guest_timed_out" } },
      { reason: { code: "guest_timed_out" } },
    ]);
    await expect(isolated.call("process_endpoint", COUNT)).resolves.toContain("32");
    expect(isolated.pid()).toBe(pid);
  });

  test("the call ends at its deadline as in the host's process, and the process goes on", async () => {
    const { services, answer } = setup();
    const { logger } = createTestLogger();
    const shared = await createGuest({
      name: "test",
      module: await compileModule(CALLING),
      config: {},
      logger,
      services: setup().services,
      limits: SHORT,
    });
    using isolated = await startBytes(CALLING, { services, limits: SHORT });
    const input = { head: CALL, body: undefined };
    const expected = {
      code: "guest_timed_out",
      message: "test: process_endpoint takes longer than 200 ms",
    };
    await expect(shared.call("process_endpoint", input, String)).rejects.toMatchObject(expected);
    const pid = isolated.pid();
    await expect(isolated.call("process_endpoint", CALL)).rejects.toMatchObject(expected);
    // What comes too late reaches nobody.
    answer("late");
    await expect(isolated.call("process_endpoint", COUNT)).resolves.toMatch(/1$/);
    await expect(isolated.call("process_endpoint", COUNT)).resolves.toMatch(/2$/);
    expect(isolated.pid()).toBe(pid);
  });

  test("an initialize that waits for ever ends like any other", async () => {
    const { services } = setup();
    const waiting = wat(`(module
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
      (import "extism:host/user" "bw_plugin_call" (func $call (param i64 i64) (result i64)))
      (func (export "initialize") (result i32) (local $name i64)
        (local.set $name (call $alloc (i64.const 4)))
        (call $store (local.get $name) (i64.const 0x776f6c73))
        (drop (call $call (local.get $name) (i64.const 0)))
        (i32.const 0)))`);
    const limits = { ...SHORT, start: { fuel: 20_000_000, timeMs: 200 } };
    await expect(startBytes(waiting, { services, limits })).rejects.toMatchObject({
      code: "guest_timed_out",
      message: "test: initialize takes longer than 200 ms",
    });
  });

  test("other calls of the plugin wait, and the host does other things", async () => {
    const { services, answer } = setup();
    using isolated = await startBytes(CALLING, { services });
    using other = await startBytes(CALLING, setup());
    const first = isolated.call("process_endpoint", CALL);
    const second = isolated.call("process_endpoint", GET);
    for (let calls = 0; calls < 20; calls++) await other.call("process_endpoint", GET);
    answer("answer");
    await expect(first).resolves.toMatch(/answer$/);
    await expect(second).resolves.toHaveLength(8);
  });

  test("a process that hangs is ended all the same", async () => {
    const { services, begun } = setup();
    const bounds = { limits: SHORT, process: { graceMs: 100 } };
    using isolated = await startBytes(CALLING, { services, ...bounds });
    const pid = isolated.pid();
    const pending = isolated.call("process_endpoint", CALL);
    await begun;
    process.kill(pid, "SIGSTOP");
    await expect(pending).rejects.toMatchObject({
      code: "guest_timed_out",
      message: "test: process_endpoint took longer than 200 ms; its process was ended",
    });
    await expect(isolated.call("process_endpoint", COUNT)).resolves.toMatch(/1$/);
    expect(isAlive(pid)).toBe(false);
  });

  test("a stop of the host leaves nothing behind, and what comes late nobody sees", async () => {
    const { services, begun, answer } = setup();
    const isolated = await startBytes(CALLING, { services });
    const pending = isolated.call("process_endpoint", CALL);
    await begun;
    isolated.guest.close();
    services[Symbol.dispose]();
    await expect(pending).rejects.toMatchObject({ code: "guest_process_died" });
    await expect.poll(() => isAlive(isolated.pid())).toBe(false);
    answer("late");
    await systemClock.sleep(10);
  });

  test("the death of the process is the end of the call, whatever the host is about", async () => {
    const { services, begun, answer } = setup();
    using isolated = await startBytes(CALLING, { services });
    const pending = isolated.call("process_endpoint", CALL);
    await begun;
    process.kill(isolated.pid(), "SIGKILL");
    await expect(pending).rejects.toMatchObject({ code: "guest_process_died" });
    answer("late");
    await expect(isolated.call("process_endpoint", COUNT)).resolves.toMatch(/1$/);
  });

  test.each([
    ["at once", GET],
    ["after a while", CALL],
  ])("a bug of the host's own, %s, is no failure of the plugin", async (_, input) => {
    const bug = new TypeError("ours");
    const fail = (): never => {
      throw bug;
    };
    const { services: sound } = setup();
    const { kv } = sound;
    const services = {
      ...sound,
      kv: kv && { ...kv, get: fail },
      calls: { call: async () => fail() },
    };
    using isolated = await startBytes(CALLING, { services });
    await expect(isolated.call("process_endpoint", input)).rejects.toBe(bug);
    expect(isolated.records.at(-1)).toMatchObject({
      level: "warn",
      reason: "the host failed while it worked for it",
    });
  });
});

test("a guest that is given up asks for nothing more on its way out", async () => {
  const catching = wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
    (import "extism:host/user" "bw_plugin_call" (func $call (param i64 i64) (result i64)))
    (import "extism:host/user" "bw_kv_increment" (func $count (param i64 i64 i64) (result i64)))
    (func (export "before_request") (result i32) (local $name i64)
      (local.set $name (call $alloc (i64.const 4)))
      (call $store (local.get $name) (i64.const 0x776f6c73))
      (try (do (drop (call $call (local.get $name) (i64.const 0))))
        (catch_all (drop (call $count (local.get $name) (i64.const 1) (i64.const 0)))))
      (i32.const 0))
    (func (export "process_endpoint") (result i32) (i32.const 0)))`);
  const { services } = setup();
  using isolated = await startBytes(catching, { services, limits: SHORT });
  const pid = isolated.pid();
  await expect(isolated.call("before_request")).rejects.toThrow("takes longer than 200 ms");
  await expect(isolated.call("before_request")).rejects.toThrow("takes longer than 200 ms");
  await expect(isolated.call("process_endpoint")).resolves.toBe("");
  expect(isolated.pid()).toBe(pid);
  expect(services.kv?.get("slow")).toBeUndefined();
});
