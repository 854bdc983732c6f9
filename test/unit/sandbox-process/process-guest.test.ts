import { describe, expect, test } from "vitest";
import { createGuest } from "../../../host/src/sandbox/guest.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { createProcessGuest } from "../../../host/src/sandbox/process/process-guest.ts";
import { recordLogs } from "../../support/log-records.ts";
import { readGuest } from "../../support/guests.ts";
import { wat } from "../../support/wat.ts";
import { isAlive, startProcess } from "./support.ts";

const FAILING = `(module (func (export "initialize") (result i32) (i32.const 1)))`;

/** Why a promise was rejected, as a caller sees it. */
async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const { code, message, details } = Object(thrown);
  return { code, message, details };
}

function read(output: Buffer): string {
  return output.toString("base64");
}

describe("a guest in a process", () => {
  test("answers byte for byte what it answers in the host's process", async () => {
    using isolated = await startProcess("echo");
    const module = await compileModule(await readGuest("echo"));
    const { logger } = recordLogs("silent");
    const shared = await createGuest({ name: "echo", module, config: {}, logger });
    const inputs = ["", "é\n\n", "x".repeat(300), "0123456789abcdef".repeat(65_535)];
    for (const head of inputs) {
      const input = { head, body: Uint8Array.of(0, 10, 255) };
      const expected = await shared.call("process_endpoint", input, read);
      await expect(isolated.guest.call("process_endpoint", input, read)).resolves.toBe(expected);
    }
  });

  test.each([
    ["trap", {}],
    ["error-set", {}],
    ["status-seven", {}],
    ["large-output", {}],
    ["alloc-forever", {}],
    ["echo", { limits: { inputBytesMax: 10 } }],
  ])("fails like the shared one: %s", async (name, setup) => {
    using isolated = await startProcess(name, setup);
    const module = await compileModule(await readGuest(name));
    const { logger } = recordLogs("silent");
    const shared = await createGuest({ name, module, config: {}, logger, ...setup });
    const input = { head: "more than ten bytes", body: undefined };
    const expected = await failureOf(
      (async () => shared.call("before_request", input, () => undefined))(),
    );
    expect(expected).toHaveProperty("code");
    const call = isolated.call("before_request", "more than ten bytes");
    expect(await failureOf(call)).toEqual(expected);
  });

  test.each([
    ["a guest that does not initialize", wat(FAILING)],
    ["an import that does not exist", wat(`(module (import "env" "f" (func)))`)],
    ["no module", new Uint8Array(20)],
  ])("is refused at start like the shared one: %s", async (_, bytes) => {
    const { logger } = recordLogs("silent");
    const options = { name: "test", config: {}, logger };
    const shared = async () => createGuest({ ...options, module: await compileModule(bytes) });
    const expected = await failureOf(shared());
    expect(expected).toHaveProperty("code");
    expect(await failureOf(createProcessGuest({ ...options, bytes }))).toEqual(expected);
  });

  test("has its configuration and keeps nothing between calls", async () => {
    using isolated = await startProcess("config", { config: { text: "plain" } });
    await expect(isolated.call("before_request", "text")).resolves.toBe("plain");
    await expect(isolated.call("process_endpoint", "SECRET")).resolves.toBe(`{"text":"plain"}`);
    await expect(isolated.call("process_endpoint")).resolves.toBe(`{"text":"plain"}`);
  });

  test("logs through the plugin's logger, as much as one may", async () => {
    using isolated = await startProcess("log");
    await isolated.call("before_request", "x".repeat(100));
    const logged = isolated.records.filter((record) => record["pid"] === undefined);
    expect(logged).toHaveLength(65);
    expect(logged[0]).toMatchObject({ level: "info", msg: expect.stringMatching(/^A{8}/) });
    expect(logged.at(-1)).toMatchObject({ level: "warn", dropped: 37 });
  });

  test("answers hundreds of calls at once in their order", async () => {
    using isolated = await startProcess("echo");
    const settled: string[] = [];
    const texts = Array.from({ length: 500 }, (_, index) => `call ${index}`);
    const calls = texts.map(async (text) =>
      settled.push(await isolated.call("before_request", text)),
    );
    await Promise.all(calls);
    expect(settled).toEqual(texts);
  });

  test("takes so many waiting calls and no more", async () => {
    using isolated = await startProcess("echo", { limits: { waitersMax: 3 } });
    const calls = Array.from({ length: 40 }, async () => isolated.call("before_request"));
    const outcomes = await Promise.allSettled(calls);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(40 - 32 - 3);
    expect(refused[0]).toMatchObject({
      reason: { code: "guest_busy", message: "echo: 3 calls wait for its process already" },
    });
  });

  test("shows a bug in the reader of its output to that call alone", async () => {
    using isolated = await startProcess("echo");
    const bug = new TypeError("ours");
    const broken = isolated.guest.call("before_request", { head: "", body: undefined }, () => {
      throw bug;
    });
    await expect(broken).rejects.toBe(bug);
    await expect(isolated.call("before_request", "next")).resolves.toBe("next");
  });

  test("shows a bug in the host's code as no failure of the plugin", async () => {
    using isolated = await startProcess("echo");
    const failure = await failureOf(isolated.call("health_check"));
    expect(failure).toMatchObject({
      code: undefined,
      message: expect.stringContaining("a bug in"),
    });
  });

  test("that was closed is gone, and says so", async () => {
    const isolated = await startProcess("echo");
    const pending = isolated.call("before_request");
    isolated.guest.close();
    await expect(pending).rejects.toMatchObject({ code: "guest_process_died" });
    await expect(isolated.call("before_request")).rejects.toThrow(
      "echo: before_request was cut off with the plugin's process: the plugin was closed",
    );
    await expect.poll(() => isAlive(isolated.pid())).toBe(false);
  });
});
