import { mkdir, readFile, rename, stat } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { manifestOf, withManifest } from "../support/module.ts";
import { parse } from "../support/plugin-command.ts";
import { buildFiles } from "../support/plugins.ts";
import { CALL, inFolder, RECORD, TOLD_PLUGIN, TOLD_SOURCE } from "../support/recordings.ts";
import { wat } from "../support/wat.ts";

describe.each(["full", "fast"] as const)("a recording of the %s target", (target) => {
  let module: Uint8Array;

  beforeAll(async () => {
    const manifest = JSON.stringify({ ...TOLD_PLUGIN, target });
    module = (await buildFiles({ "plugin.yaml": manifest, "src/plugin.ts": TOLD_SOURCE })).bytes;
  });

  test("comes to the same bytes and the same fuel, however often", async () => {
    await inFolder({ "p.wasm": module }, async (run) => {
      const recorded = parse(await run(...RECORD));
      const again = parse(await run(...CALL, "--json"));
      const replays = [
        await run("replay", "call.json", "--json"),
        await run("replay", "call.json", "--json"),
      ];

      expect(again["output"]).not.toBe(recorded["output"]);
      for (const replay of replays) {
        expect(replay.exit).toBe(0);
        const { output, fuel, logs } = recorded;
        expect(parse(replay)).toMatchObject({ ok: true, difference: null, output, fuel, logs });
      }
    });
  });

  test("shows people what the call gave, and that it is the same", async () => {
    await inFolder({ "p.wasm": module }, async (run) => {
      const { err } = await run(...CALL, "--record", "call.json");
      const { exit, out } = await run("replay", "call.json");

      expect(err).toContain("wrote call.json");
      expect(exit).toBe(0);
      expect(out).toMatch(/^process_endpoint of told 1\.0\.0, told \d+ things?\n/);
      expect(out).toContain("| station 2 ");
      expect(out).toContain("same output and fuel as recorded");
    });
  });

  test("replays a failure, and a call without fuel, as they were", async () => {
    await inFolder({ "p.wasm": module }, async (run) => {
      for (const args of [
        ["-b", "fail"],
        ["--fuel", "60000"],
      ]) {
        const recorded = await run(...RECORD, ...args);
        const replay = await run("replay", "call.json", "--json");

        expect(recorded.exit).toBe(1);
        expect(replay.exit).toBe(0);
        expect(parse(replay)).toMatchObject({ ok: true, fuel: parse(recorded)["fuel"] });
      }
    });
  });

  test("holds to another place, and to another name of the module", async () => {
    await inFolder({ "p.wasm": module }, async (run, path) => {
      await run(...RECORD);
      await mkdir(path("elsewhere"));
      await rename(path("call.json"), path("elsewhere/call.json"));
      await rename(path("p.wasm"), path("elsewhere/other.wasm"));

      const lost = await run("replay", "elsewhere/call.json");
      expect(lost.exit).toBe(1);
      const found = await run("replay", "elsewhere/call.json", "--plugin", "elsewhere/other.wasm");
      expect(found.exit).toBe(0);
    });
  });

  test("refuses another build of the plugin", async () => {
    const changed = TOLD_SOURCE.replace('"asked"', '"asked again"');
    const manifest = JSON.stringify({ ...TOLD_PLUGIN, target });
    const other = await buildFiles({ "plugin.yaml": manifest, "src/plugin.ts": changed });
    await inFolder({ "p.wasm": module, "other.wasm": other.bytes }, async (run) => {
      await run(...RECORD);
      const { exit, err } = await run("replay", "call.json", "--plugin", "other.wasm");

      expect(exit).toBe(1);
      expect(err).toContain("recording_plugin_differs");
      expect(err).toContain("told 1.0.0 with SHA-256");
    });
  });
});

describe("plugin replay", () => {
  test("repeats WASI's clock and random bytes", async () => {
    const source = `(module
      (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
      (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "store_u64" (func $store (param i64 i64)))
      (import "extism:host/env" "output_set" (func $output (param i64 i64)))
      (memory (export "memory") 1)
      (func (export "health_check") (result i32) (local $at i64)
        (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 0)))
        (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 8)))
        (drop (call $random (i32.const 16) (i32.const 8)))
        (local.set $at (call $alloc (i64.const 24)))
        (call $store (local.get $at) (i64.load (i32.const 0)))
        (call $store (i64.add (local.get $at) (i64.const 8)) (i64.load (i32.const 8)))
        (call $store (i64.add (local.get $at) (i64.const 16)) (i64.load (i32.const 16)))
        (call $output (local.get $at) (i64.const 24))
        i32.const 0))`;
    const module = withManifest(wat(source), manifestOf("p", "health_check"));
    await inFolder({ "p.wasm": module }, async (run, path) => {
      await run("call", "p.wasm", "health_check", "--record", "call.json");
      const recording = JSON.parse(await readFile(path("call.json"), "utf8"));
      const replay = await run("replay", "call.json", "--json");

      expect(recording.events).toMatchObject([
        { kind: "time", clock: "wall" },
        { kind: "time", clock: "monotonic" },
        { kind: "random" },
      ]);
      expect(replay.exit).toBe(0);
      expect(recording.outcome.output).toHaveLength(32);
      expect(parse(replay)).toMatchObject({ difference: null });
    });
  });

  test("says of a file that is none what is wrong", async () => {
    await inFolder({}, async (run) => {
      const { exit, err } = await run("replay", "none.json");
      expect(exit).toBe(2);
      expect(err).toContain("none.json: there is no such file");
    });
  });

  test("keeps recordings from other users of the machine, or says why it cannot", async () => {
    const module = withManifest(
      wat(`(module (func (export "health_check") (result i32) i32.const 0))`),
      manifestOf("p", "health_check"),
    );
    await inFolder({ "p.wasm": module }, async (run, path) => {
      const record = ["call", "p.wasm", "health_check", "--record"];
      const { exit, err } = await run(...record, "no/such/folder.json");
      await run(...record, "call.json");

      expect(exit).toBe(2);
      expect(err).toContain("cannot write");
      expect((await stat(path("call.json"))).mode & 0o777).toBe(0o600);
    });
  });
});
