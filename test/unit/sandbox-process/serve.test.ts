import { describe, expect, test } from "vitest";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { DEFAULT_LIMITS } from "../../../host/src/sandbox/limits.ts";
import { MessageReader } from "../../../host/src/sandbox/process/message-reader.ts";
import {
  readReply,
  replyBytesMax,
  type GuestReply,
} from "../../../host/src/sandbox/process/replies.ts";
import {
  printCall,
  printStart,
  type StartSettings,
} from "../../../host/src/sandbox/process/requests.ts";
import { serveGuest } from "../../../host/src/sandbox/process/serve.ts";
import { readGuest } from "../../support/guests.ts";
import { wat } from "../../support/wat.ts";

const SETTINGS: StartSettings = {
  name: "test",
  config: {},
  limits: DEFAULT_LIMITS,
  logLevels: ["info", "warn", "error"],
  services: undefined,
};

/** What is said when these chunks come, and then the host is gone. */
async function replies(...chunks: Buffer[]): Promise<GuestReply[]> {
  const written: Buffer[] = [];
  await serveGuest({
    read: () => chunks.shift(),
    write: (message) => void written.push(message),
    readAnswer: () => {
      throw new Error("no guest here asks for anything");
    },
  });
  const reader = new MessageReader(replyBytesMax(DEFAULT_LIMITS));
  return [...reader.push(Buffer.concat(written))].map(readReply);
}

function call(id: number, hook: HookName, head: string): Buffer {
  const { call: limits } = DEFAULT_LIMITS;
  return printCall({ id, hook, limits }, { head, body: undefined }, Buffer.byteLength(head));
}

describe("the guest's side of the pipe", () => {
  test("starts a guest and answers its calls in order, however they arrive", async () => {
    const calls = [call(1, "before_request", "é"), call(2, "process_endpoint", "two")];
    const said = await replies(printStart(SETTINGS, await readGuest("echo")), Buffer.concat(calls));
    const used = { fuel: expect.toSatisfy((fuel) => fuel > 0), memoryBytes: 65_536 };
    expect(said).toEqual([
      { kind: "ready" },
      { kind: "done", id: 1, output: Buffer.from("é"), used },
      { kind: "done", id: 2, output: Buffer.from("two"), used },
    ]);
  });

  test("puts the body behind the head", async () => {
    const input = { head: "head\n\n", body: Uint8Array.of(0, 255) };
    const head = { id: 1, hook: "before_request", limits: DEFAULT_LIMITS.call } as const;
    const message = printCall(head, input, 8);
    const [, done] = await replies(printStart(SETTINGS, await readGuest("echo")), message);
    expect(done).toMatchObject({ output: Buffer.from("head\n\n\u0000\u00ff", "latin1") });
  });

  test("says what a trap was, and serves the next call with a new instance", async () => {
    const start = printStart(SETTINGS, await readGuest("trap"));
    const said = await replies(start, call(1, "before_request", ""), call(2, "before_request", ""));
    const trap = { kind: "failed", error: { code: "guest_trapped" } };
    expect(said).toMatchObject([{ kind: "ready" }, { ...trap, id: 1 }, { ...trap, id: 2 }]);
  });

  test("sends the records that somebody wants to see, before the answer", async () => {
    const start = printStart(SETTINGS, await readGuest("log"));
    const said = await replies(
      start,
      call(1, "before_request", "x"),
      call(2, "after_response", ""),
    );
    expect(said).toMatchObject([
      { kind: "ready" },
      { kind: "log", record: { level: "info" } },
      { kind: "log", record: { level: "warn", text: "w" } },
      { kind: "done", id: 1 },
      {
        kind: "failed",
        id: 2,
        error: { message: "test: after_response returned 2, 0 (done) or 1 (failed) is expected" },
      },
    ]);
  });

  test("ends when its guest does not start, and says why", async () => {
    const text = `(module (func (export "initialize") (result i32) (i32.const 1)))`;
    const said = await replies(printStart(SETTINGS, wat(text)), call(1, "before_request", ""));
    expect(said).toMatchObject([{ kind: "failed", id: 0, error: { code: "guest_failed" } }]);
  });

  test("tells a bug of ours from a failure of the guest", async () => {
    const start = printStart(SETTINGS, await readGuest("echo"));
    const said = await replies(start, call(1, "health_check", ""));
    expect(said).toMatchObject([{ kind: "ready" }, { kind: "bug", id: 1 }]);
    expect(said[1]).toHaveProperty("text", expect.stringContaining("AssertionError"));
  });

  test("is over at once when the host is gone", async () => {
    await expect(replies()).resolves.toEqual([]);
  });
});
