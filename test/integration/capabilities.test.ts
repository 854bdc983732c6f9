import { describe, expect, test } from "vitest";
import { findProblems } from "../../host/src/app/validate.ts";
import { loadConfig } from "../../host/src/config/load.ts";
import { startTestApp, TestFolder } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { runCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const ENDPOINT = `
server: { port: 0 }
data_dir: ./data
endpoints:
  count: { path: /count, plugin: counter }
  free: { path: /free, response: { body: free } }
`;

/** Counts in kv and answers the sum; a fault is answered as its sentence. */
const COUNTER = wat(`(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/user" "bw_kv_increment" (func $increment (param i64 i64 i64) (result i64)))
  (import "extism:host/user" "bw_error" (func $error (result i64)))
  (func (export "process_endpoint") (result i32)
    (local $key i64) (local $text i64) (local $size i64) (local $out i64) (local $i i64)
    (local.set $key (call $alloc (i64.const 1)))
    (call $store (local.get $key) (i32.const 110))
    (local.set $text (call $increment (local.get $key) (i64.const 1) (i64.const 0)))
    (if (i64.lt_s (local.get $text) (i64.const 0)) (then (local.set $text (call $error))))
    (local.set $size (call $length (local.get $text)))
    (local.set $out (call $alloc (i64.add (local.get $size) (i64.const 1))))
    (call $store (local.get $out) (i32.const 10))
    (loop $copy
      (call $store
        (i64.add (i64.add (local.get $out) (local.get $i)) (i64.const 1))
        (call $load (i64.add (local.get $text) (local.get $i))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $copy (i64.lt_u (local.get $i) (local.get $size))))
    (call $output (local.get $out) (i64.add (local.get $size) (i64.const 1)))
    (i32.const 0)))`);

function counter(capabilities: unknown): Uint8Array {
  return withManifest(COUNTER, manifestOf("counter", "process_endpoint", { capabilities }));
}

describe("a plugin that keeps values", () => {
  test("is refused until that is granted, with the lines that grant it", async () => {
    await using app = await startTestApp({
      "backworks.yaml": ENDPOINT,
      "plugins/counter.wasm": counter({ kv: {} }),
    });
    const [plugin] = app.summary.plugins;
    expect(plugin?.error?.code).toBe("plugin_capability_denied");
    expect(plugin?.error?.message).toBe(
      "it imports functions of capabilities that it is not granted: kv (bw_kv_increment); to grant what it asks for, write in backworks.yaml:\nplugins:\n  counter:\n    grants:\n      kv: true",
    );
    expect((await app.fetch("/count")).status).toBe(503);
    expect((await app.fetch("/free")).status).toBe(200);
  });

  test("is told what its configuration lacks beside what it is not granted", async () => {
    const config_schema = { type: "object", required: ["step"] };
    const extra = { capabilities: { kv: {} }, config_schema };
    await using folder = await TestFolder.create({
      "backworks.yaml": ENDPOINT,
      "plugins/counter.wasm": withManifest(
        COUNTER,
        manifestOf("counter", "process_endpoint", extra),
      ),
    });
    const problems = await findProblems(await loadConfig(`${folder.path}/backworks.yaml`, {}));
    expect(problems.map(({ code }) => code)).toEqual([
      "plugin_config_invalid",
      "plugin_capability_denied",
    ]);
  });

  test("is refused when its manifest does not ask for what it imports", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${ENDPOINT}\nplugins: { counter: { grants: { kv: true } } }`,
      "plugins/counter.wasm": counter({}),
    });
    expect(app.summary.plugins[0]?.error?.message).toContain(
      "its manifest does not ask for: kv (bw_kv_increment); add capabilities.kv to plugin.yaml",
    );
  });

  test("counts when it is granted, within its quota", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${ENDPOINT}\nplugins: { counter: { grants: { kv: { bytes_max: 2 } } } }`,
      "plugins/counter.wasm": counter({ kv: {} }),
    });
    const answers: string[] = [];
    for (let calls = 0; calls < 10; calls++) answers.push(await (await app.fetch("/count")).text());
    expect(answers.slice(0, 9)).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(answers[9]).toBe(
      "the namespace counter is full: at most 10000 keys and 2 bytes are granted (grants.kv)",
    );
  });

  test("is refused when the store cannot be opened, and the rest goes on", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${ENDPOINT}\nplugins: { counter: { grants: { kv: true } } }`,
      "plugins/counter.wasm": counter({ kv: {} }),
      data: "a file where the folder should be",
    });
    expect(app.summary.plugins[0]?.error?.code).toBe("kv_unavailable");
    expect((await app.fetch("/free")).status).toBe(200);
  });

  test("says at start what it asks for in vain", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${ENDPOINT}\nplugins: { counter: { grants: { kv: true } } }`,
      "plugins/counter.wasm": counter({ kv: {}, http: { hosts: ["api.weather.gov"] } }),
    });
    expect(app.records.map(({ msg }) => msg)).toContain(
      "it asks for http to https://api.weather.gov:443, which is not granted; plugin info counter shows what would grant it",
    );
  });

  test("says at start which limits it does not get, and where to set them", async () => {
    const extra = { capabilities: { kv: {} }, limits: { fuel: 1e12 } };
    await using app = await startTestApp({
      "backworks.yaml": `${ENDPOINT}\nplugins: { counter: { grants: { kv: true } } }`,
      "plugins/counter.wasm": withManifest(
        COUNTER,
        manifestOf("counter", "process_endpoint", extra),
      ),
    });
    expect(app.records.map(({ msg }) => msg)).toContain(
      "fuel: it asks for 1000000000000, and gets 110000000: set plugins.counter.limits to change that",
    );
  });

  test("validate warns of that as well, and is content", async () => {
    await using folder = await TestFolder.create({
      "backworks.yaml": `${ENDPOINT}\nplugins: { counter: { grants: { kv: true } } }`,
      "plugins/counter.wasm": counter({ kv: {}, http: { hosts: ["api.weather.gov"] }, clock: {} }),
    });
    const what =
      "it asks for clock, http to https://api.weather.gov:443, which are not granted; plugin info counter shows what would grant it";
    const { exit, out } = await runCommand(["validate"], folder.path);
    expect([exit, out]).toEqual([
      0,
      expect.stringMatching(/^note .*backworks\.yaml:\d+:\d+\n {2}plugin "counter": it asks for /),
    ]);
    expect(out).toContain(what);
    const { out: json } = await runCommand(["validate", "--json"], folder.path);
    expect(JSON.parse(json)).toMatchObject({
      ok: true,
      errors: [],
      warnings: [{ message: `plugin "counter": ${what}` }],
    });
  });
});

const declaring = (declaration: unknown): object => ({
  ...manifestOf("guard"),
  hooks: { after_response: declaration },
});

/** Sends the request in its body, and answers with the response frame or the fault's sentence. */
const FETCHER = wat(`(module
  (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
  (import "extism:host/env" "length" (func $length (param i64) (result i64)))
  (import "extism:host/env" "load_u8" (func $load (param i64) (result i32)))
  (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
  (import "extism:host/env" "output_set" (func $output (param i64 i64)))
  (import "extism:host/env" "input_length" (func $input_length (result i64)))
  (import "extism:host/env" "input_load_u8" (func $input (param i64) (result i32)))
  (import "extism:host/user" "bw_http_send" (func $send (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_error" (func $error (result i64)))
  (func (export "process_endpoint") (result i32)
    (local $at i64) (local $size i64) (local $block i64) (local $i i64)
    ;; The body begins behind the first empty line.
    (loop $head
      (local.set $at (i64.add (local.get $at) (i64.const 1)))
      (br_if $head (i32.ne (call $input (local.get $at)) (i32.const 10)))
      (br_if $head (i32.ne
        (call $input (i64.add (local.get $at) (i64.const 1))) (i32.const 10))))
    (local.set $at (i64.add (local.get $at) (i64.const 2)))
    (local.set $size (i64.sub (call $input_length) (local.get $at)))
    (local.set $block (call $alloc (local.get $size)))
    (loop $copy
      (call $store (i64.add (local.get $block) (local.get $i))
        (call $input (i64.add (local.get $at) (local.get $i))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $copy (i64.lt_u (local.get $i) (local.get $size))))
    (local.set $block (call $send (local.get $block) (i64.const 0)))
    (if (i64.lt_s (local.get $block) (i64.const 0)) (then (local.set $block (call $error))))
    (local.set $size (call $length (local.get $block)))
    (local.set $at (call $alloc (i64.add (local.get $size) (i64.const 1))))
    (call $store (local.get $at) (i32.const 10))
    (local.set $i (i64.const 0))
    (loop $back
      (call $store (i64.add (i64.add (local.get $at) (local.get $i)) (i64.const 1))
        (call $load (i64.add (local.get $block) (local.get $i))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $back (i64.lt_u (local.get $i) (local.get $size))))
    (call $output (local.get $at) (i64.add (local.get $size) (i64.const 1)))
    (i32.const 0)))`);

test("a plugin sends requests where it may, and the host goes on while it waits", async () => {
  await using target = await startTestApp({
    "backworks.yaml": "endpoints: { sun: { path: /sun, response: { body: sunny } } }",
  });
  const origin = new URL(target.summary.url).origin;
  const hooks = { process_endpoint: { reads: { body: "bytes" } } };
  const capabilities = { http: { hosts: [origin, "http://169.254.169.254"] } };
  const http = `{ allow: ["${origin}", "http://169.254.169.254"], private: true }`;
  await using app = await startTestApp({
    "backworks.yaml": `
endpoints: { fetch: { path: /fetch, method: POST, plugin: fetcher } }
plugins: { fetcher: { grants: { http: ${http} } } }`,
    "plugins/fetcher.wasm": withManifest(FETCHER, {
      ...manifestOf("fetcher"),
      hooks,
      capabilities,
    }),
  });
  expect(app.summary.plugins[0]?.error).toBeUndefined();
  const send = async (body: string): Promise<string> =>
    (await app.fetch("/fetch", { method: "POST", body })).text();
  expect(await send(`GET ${origin}/sun\n`)).toMatch(/^!200\n(?:.+\n)+\nsunny$/);
  expect(await send("GET http://169.254.169.254/latest\n")).toContain("is reserved");
  expect(await send("GET https://example.com/\n")).toContain("is not in the manifest");
  const all = Array.from({ length: 8 }, async () => send(`GET ${origin}/sun\n`));
  expect((await Promise.all(all)).every((text) => text.endsWith("sunny"))).toBe(true);
});

describe("a hook that changes what it has no right to", () => {
  const GUARD = "plugins: { guard: { critical: true } }";
  const files = (manifest: object, yaml = GUARD): Record<string, string | Uint8Array> => ({
    "backworks.yaml": `${ENDPOINT}\n${yaml}`,
    "plugins/guard.wasm": withManifest(answering("after_response", "+set-cookie: a=1\n"), manifest),
  });
  test("fails with the key that is missing", async () => {
    await using app = await startTestApp(files(declaring({})));
    const response = await app.fetch("/free");
    expect(response.status).toBe(503);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).toContain("guest_write_denied");
  });

  test("does as declared once the manifest lists it", async () => {
    await using app = await startTestApp(
      files(declaring({ writes: { response_headers: ["set-cookie"] } })),
    );
    expect((await app.fetch("/free")).headers.get("set-cookie")).toBe("a=1");
  });

  test("fails again when the operator narrows it", async () => {
    const grants = "{ hooks: { after_response: { writes: { response_headers: [x-a] } } } }";
    await using app = await startTestApp(
      files(
        declaring({ writes: { response_headers: ["set-cookie"] } }),
        `plugins: { guard: { critical: true, grants: ${grants} } }`,
      ),
    );
    expect((await app.fetch("/free")).status).toBe(503);
  });
});
