import { beforeAll, describe, expect, test } from "vitest";
import type { CheckedPlugin } from "../../../host/src/plugins/check.ts";
import { checkPlugin } from "../../../host/src/plugins/check.ts";
import { TapeRecorder } from "../../../host/src/sandbox/recording/tape-recorder.ts";
import { Doubles, type DoubleOptions } from "../../../host/src/workbench/doubles/doubles.ts";
import { openPlugin } from "../../../host/src/workbench/open-plugin.ts";
import { recordCall } from "../../../host/src/workbench/recording/record-call.ts";
import { readRecording, type Recording } from "../../../host/src/workbench/recording/recording.ts";
import { replayCall, type Replay } from "../../../host/src/workbench/recording/replay-call.ts";
import { TestFolder } from "../../support/folder.ts";
import { manifestOf, withManifest } from "../../support/module.ts";
import { buildFiles } from "../../support/plugins.ts";
import { wat } from "../../support/wat.ts";

async function check(module: Uint8Array): Promise<CheckedPlugin> {
  await using folder = await TestFolder.create({ "p.wasm": module });
  return await checkPlugin(folder.path + "/p.wasm");
}

/** A call with doubles behind the plugin's rights, as it is written and read again. */
async function record(plugin: CheckedPlugin, options: DoubleOptions): Promise<Recording> {
  const { name, capabilities } = plugin.manifest;
  using doubles = new Doubles(name, capabilities, options);
  const { host, grants } = doubles;
  const tape = new TapeRecorder();
  using opened = openPlugin(plugin, { host, grants, tape });
  const input = { head: "", body: undefined };
  const call = { plugin, file: "p.wasm", hook: "health_check", input, config: {}, grants } as const;
  const result = await opened.call("health_check", input);
  const recording = recordCall({ ...call, events: tape.events, result });
  return readRecording(JSON.stringify(recording), "call.json");
}

async function replay(recording: Recording, plugin: CheckedPlugin): Promise<Replay> {
  return replayCall(recording, plugin);
}

describe("a recording of a plugin that waits for others", () => {
  let plugin: CheckedPlugin;

  beforeAll(async () => {
    const { bytes } = await buildFiles({
      "plugin.yaml": JSON.stringify({
        name: "waits",
        version: "1.0.0",
        capabilities: {
          http: { hosts: ["https://api.test"] },
          plugins: ["other"],
          secrets: ["key"],
        },
        hooks: { health_check: {} },
      }),
      "src/plugin.ts": `
        import { http, HttpRequest, plugins, secrets, lastFault } from "@backworks/pdk";
        export function healthCheck() {
          const key = secrets.get("key");
          const answer = http.get("https://api.test/a?" + key.length);
          const called = plugins.call("other", "ping");
          const failed = http.trySend(new HttpRequest("GET", "https://api.test/gone"));
          const { status } = answer;
          return { status: "healthy", details: [status, answer.text(), called, failed === null, lastFault()] };
        }`,
    });
    plugin = await check(bytes);
  });

  const doubles: DoubleOptions = {
    http: [
      { url: "https://api.test/a*", status: 203, body: "answered" },
      { url: "https://api.test/gone", fault: "unavailable" },
    ],
    plugins: { other: "pong" },
    secrets: { key: "0123456789" },
  };

  test("comes to the same without any of them", async () => {
    const recording = await record(plugin, doubles);
    const { result, difference } = await replay(recording, plugin);

    expect(recording.outcome.error).toBeNull();
    expect(difference).toBeUndefined();
    expect(recording.events.map((event) => (event.kind === "call" ? event.name : ""))).toEqual(
      expect.arrayContaining(["bw_secret_get", "bw_http_send", "bw_plugin_call"]),
    );
    const answer = JSON.parse(Buffer.from(result.output ?? []).toString());
    expect(answer.details).toMatchObject([203, "answered", "pong", true, { code: "unavailable" }]);
  });

  test("comes to the same failure", async () => {
    const recording = await record(plugin, { ...doubles, plugins: {} });
    const { result, difference } = await replay(recording, plugin);

    expect(recording.outcome.error?.code).toBe("guest_failed");
    expect(difference).toBeUndefined();
    expect(result.error?.message).toBe(recording.outcome.error?.message);
  });
});

test("a host function that ends the call ends it in the replay, too", async () => {
  // Extism's own HTTP has no way to tell of a failure.
  const source = `(module
    (import "extism:host/env" "http_request" (func $http (param i64 i64) (result i64)))
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (func (export "health_check") (result i32)
      (drop (call $http (call $alloc (i64.const 8)) (i64.const 0))) i32.const 0))`;
  const capabilities = { http: { hosts: ["https://api.test"] } };
  const manifest = manifestOf("stops", "health_check", { capabilities });
  const plugin = await check(withManifest(wat(source), manifest));
  const recording = await record(plugin, {});
  const { result, difference } = await replay(recording, plugin);

  expect(recording.events).toMatchObject([
    {
      name: "http_request",
      answer: { kind: "stopped", reason: expect.stringMatching(/^http_request: /) },
    },
  ]);
  expect(recording.outcome.error?.code).toBe("guest_trapped");
  expect(difference).toBeUndefined();
  expect(result.error?.message).toBe(recording.outcome.error?.message);
});
