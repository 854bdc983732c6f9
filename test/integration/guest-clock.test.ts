import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { scripted } from "../support/scripted.ts";

const TIME = `(import "wasi_snapshot_preview1" "clock_time_get"
  (func $time (param i32 i64 i32) (result i32)))`;

/** Reads both clocks, works for some milliseconds, and says whether either has moved. */
const WATCH = scripted(
  (text) => ({
    process_endpoint: `(local $i i32)
      (drop (call $time (i32.const 0) (i64.const 0) (i32.const 1024)))
      (drop (call $time (i32.const 1) (i64.const 0) (i32.const 1032)))
      (loop $work
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $work (i32.lt_u (local.get $i) (i32.const 20000000))))
      (drop (call $time (i32.const 0) (i64.const 0) (i32.const 1040)))
      (drop (call $time (i32.const 1) (i64.const 0) (i32.const 1048)))
      (if (result i32)
        (i32.and
          (i64.eq (i64.load (i32.const 1024)) (i64.load (i32.const 1040)))
          (i64.eq (i64.load (i32.const 1032)) (i64.load (i32.const 1048))))
        (then (call $say ${text("\nstands")}))
        (else (call $say ${text("\nruns")})))`,
  }),
  TIME,
);

function plugin(capabilities: object): Uint8Array {
  const hooks = { process_endpoint: {} };
  const manifest = { abi: 1, name: "watch", version: "1.0.0", hooks, capabilities };
  return withManifest(WATCH, { ...manifest, limits: { fuel: 1_000_000_000 } });
}

const config = (isolation: string, grants: object): string =>
  JSON.stringify({
    data_dir: ":memory:",
    isolation,
    endpoints: { watch: { path: "/watch", plugin: "watch" } },
    plugins: { watch: { grants, limits: { fuel: 1_000_000_000 } } },
  });

test.each([
  ["shared", "stands", {}, {}],
  ["shared", "stands", { clock: {} }, {}],
  ["shared", "stands", {}, { clock: true }],
  ["shared", "runs", { clock: {} }, { clock: true }],
  ["process", "stands", {}, {}],
  ["process", "runs", { clock: {} }, { clock: true }],
])("isolation %s: WASI's clock %s for what is asked, %j, and granted, %j", async (...given) => {
  const [isolation, expected, asked, grants] = given;
  await using app = await startTestApp({
    "backworks.yaml": config(isolation, grants),
    "plugins/watch.wasm": plugin(asked),
  });
  expect(await (await app.fetch("/watch")).text()).toBe(expected);
});
