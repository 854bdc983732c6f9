import { describe, expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { LogRecord } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { DONE, scripted } from "../support/scripted.ts";
import type { Script } from "../support/scripted.ts";

const CONFIG = `
server: { drain_ms: 1000 }
endpoints:
  open: { path: /open, response: { body: open } }
  guarded: { path: /guarded, response: { body: guarded } }
`;

function plugin(name: string, script: Script, more: object = {}): Uint8Array {
  const hooks = Object.fromEntries(Object.keys(script(() => "")).map((hook) => [hook, {}]));
  return withManifest(scripted(script), { abi: 1, name, version: "1.0.0", hooks, ...more });
}

/** Says in the log what is called. */
const teller =
  (name: string, ...hooks: readonly string[]): Script =>
  (text) =>
    Object.fromEntries(
      hooks.map((hook) => [hook, `(call $log ${text(`${name} ${hook}`)}) (i32.const 0)`]),
    );

const ALL = ["initialize", "start", "stop", "cleanup"];

const told = (records: readonly LogRecord[]): string[] =>
  records.map(({ msg }) => msg).filter((msg) => /^\w+ (?:initialize|st|cl)|^listen/.test(msg));

describe("the life of plugins", () => {
  test("start comes when all are loaded and before requests, stop and cleanup at the end", async () => {
    const app = await startTestApp({
      "backworks.yaml": CONFIG,
      "plugins/a.wasm": plugin("a", teller("a", ...ALL), { requires: { plugins: { b: "*" } } }),
      "plugins/b.wasm": plugin("b", teller("b", ...ALL)),
      "plugins/c.wasm": plugin("c", teller("c", "stop")),
    });
    const loaded = told(app.records).slice(0, 2);
    expect(loaded.toSorted()).toEqual(["a initialize", "b initialize"]);
    expect(told(app.records).slice(2)).toEqual(["b start", "a start", "listening"]);
    await app[Symbol.asyncDispose]();
    expect(told(app.records).slice(5)).toEqual([
      "c stop",
      "a stop",
      "b stop",
      "a cleanup",
      "b cleanup",
    ]);
    expect(app.records.at(-1)?.msg).toBe("stopped");
  });

  test("a plugin that does not start is refused, and who requires it with it", async () => {
    await using app = await startTestApp({
      "backworks.yaml": CONFIG,
      "plugins/a.wasm": plugin("a", teller("a", "start"), { requires: { plugins: { b: "*" } } }),
      "plugins/b.wasm": plugin("b", (text) => ({
        start: `(call $fail ${text("no peer")})`,
        stop: `(call $log ${text("b stop")}) (i32.const 0)`,
      })),
      "plugins/c.wasm": plugin("c", teller("c", "start")),
    });
    const states = app.summary.plugins.map(({ name, state, error }) => [name, state, error?.code]);
    expect(states).toEqual([
      ["a", "refused", "plugin_requirement_missing"],
      ["b", "refused", "guest_failed"],
      ["c", "loaded", undefined],
    ]);
    expect(told(app.records)).toEqual(["c start", "listening"]);
    expect(app.records.find(({ level }) => level === "error")).toMatchObject({
      plugin: "b",
      msg: "plugin refused: b: start failed: no peer",
    });
    expect((await app.fetch("/open")).status).toBe(200);
  });

  test("a critical plugin that does not start closes its routes", async () => {
    await using app = await startTestApp({
      "backworks.yaml": CONFIG,
      "plugins/a.wasm": plugin(
        "a",
        (text) => ({ start: `(call $fail ${text("no")})`, before_request: DONE }),
        {
          critical: true,
          hooks: { start: {}, before_request: { match: { routes: ["guarded"] } } },
        },
      ),
    });
    expect((await app.fetch("/guarded")).status).toBe(503);
    expect((await app.fetch("/open")).status).toBe(200);
    expect((await app.fetch("/readyz")).status).toBe(503);
  });

  test.each([
    ["fails", "(call $fail TEXT)"],
    ["traps", "(unreachable)"],
    ["loops", "(loop $again (br $again)) (unreachable)"],
  ])("a plugin that %s when it stops is told of, and keeps nobody", async (_, body) => {
    const app = await startTestApp({
      "backworks.yaml": CONFIG,
      "plugins/a.wasm": plugin("a", (text) => ({
        stop: body.replace("TEXT", text("no")),
        cleanup: `(call $log ${text("a cleanup")}) (i32.const 0)`,
      })),
    });
    await app[Symbol.asyncDispose]();
    expect(app.records.map(({ msg }) => msg)).toContain("a cleanup");
    const problem = app.records.find(({ hook, level }) => hook === "stop" && level === "warn");
    expect(problem).toMatchObject({
      plugin: "a",
      msg: expect.stringMatching(/^plugin did not stop/),
    });
  });

  test("an application that cannot listen stops what it has started", async () => {
    await using first = await startTestApp({ "backworks.yaml": CONFIG });
    const { port } = new URL(first.summary.url);
    const files = {
      "backworks.yaml": CONFIG,
      "plugins/a.wasm": plugin("a", teller("a", "start", "stop", "cleanup")),
    };
    const records: LogRecord[] = [];
    await expect(startTestApp(files, { port: Number(port), records })).rejects.toMatchObject({
      code: "server_port_in_use",
    });
    expect(told(records)).toEqual(["a start", "a stop", "a cleanup"]);
  });
});
