import { describe, expect, test } from "vitest";
import { manifestOf, withManifest } from "../support/module.ts";
import { parse, run } from "../support/plugin-command.ts";
import { wat } from "../support/wat.ts";

const HOOK = '(func (export "process_endpoint") (result i32) (i32.const 0))';

/** A plugin with something to say about in every part of its explanation. */
const NOSY = withManifest(
  wat(`(module
    (import "extism:host/env" "config_get" (func (param i64) (result i64)))
    (import "extism:host/user" "bw_kv_get" (func (param i64) (result i64)))
    (import "wasi_snapshot_preview1" "random_get" (func (param i32 i32) (result i32)))
    (memory (export "memory") 2)
    (table 3 funcref)
    (func $begin)
    (start $begin)
    (func (export "before_request") (result i32)
      (drop (i32x4.extract_lane 0 (i32x4.splat (i32.const 1))))
      (i32.const 0))
    (func (export "health_check") (result i32) (i32.const 0)))`),
  {
    abi: 1,
    name: "nosy",
    version: "2.1.0",
    critical: true,
    hooks: {
      before_request: {
        match: { methods: ["POST"], paths: ["/a/*"] },
        reads: { headers: ["authorization", "accept"], body: { mode: "text", bytes_max: 2048 } },
        writes: { headers: ["x-user"] },
      },
    },
    capabilities: { kv: true, http: { hosts: ["https://*.example.com", "http://a.test"] } },
    limits: { fuel: 2000000 },
  },
);

describe("plugin validate", () => {
  test("says what a plugin can do and needs, worst first", async () => {
    const { exit, out } = await run(["validate", "nosy.wasm"], { "nosy.wasm": NOSY });
    expect(exit).toBe(0);
    // How long the code becomes is the rewriter's business.
    const shown = out.replace(/(?<=size +)\d+ B with \d+ B .*/, "SIZE");
    // How fast this machine is decides how wide the column is.
    const still = shown
      .replaceAll(/[\d.]+ ms here/g, "MS")
      .replaceAll(/ +(?=default|plugin.yaml)/g, "  ");
    expect(still).toBe(`✓ nosy.wasm  nosy 2.1.0
  before_request on POST of the paths /a/*
    sees     method and target; request headers authorization, accept; the request body as text, at most 2 KiB
    changes  request headers x-user
  can
    keeps values between calls   bw_kv_get
    reads its own configuration  config_get
    draws random bytes           random_get
  asks for
    kv
    http to https://*.example.com:443
    http to http://a.test:80
    to grant it, write in backworks.yaml:
      plugins:
        nosy:
          grants:
            kv: true
            http: { allow: ["https://*.example.com:443", "http://a.test:80"] }
  is given
    each call   fuel        2,000,000 units, MS  plugin.yaml: limits.fuel
                wall_ms     5,000 ms by the clock  default
    initialize  fuel        110,000,000 units, MS  default
                wall_ms     5,000 ms by the clock  default
    the plugin  memory      16.0 MiB  default
                instances   8  default
                accounting  bounded  default
  is
    size        SIZE
    functions   3, one of them runs at the start
    memory      128 KiB at first, at most 16.0 MiB (no maximum named)
    tables      3 to any slots
    built with  SIMD
  findings
    serious  before_request sees authorization: the credentials of your users
    serious  it asks for http to https://*.example.com:443: to any such host
    caution  it asks for http to http://a.test:80: anybody on the way can read along
    caution  it exports health_check, which its manifest does not declare: never called
    caution  it is critical: when it fails, requests fail with 503
    note     it asks for http and imports nothing that uses it
    note     each new instance first runs a start function: whether that ends within its limits, only a start tells
    note     it names no maximum of memory: it never gets more than 256 pages
    note     a table of it may grow: it never gets more than 100000 slots
    note     it names no license
`);
  });

  test("has little to say about a plugin that needs nothing", async () => {
    const bytes = withManifest(
      wat(`(module (table 2 2 funcref) (table 1 4 funcref) ${HOOK})`),
      manifestOf("plain", "process_endpoint", { license: "MIT", limits: { fuel: 5 } }),
    );
    const { out } = await run(["validate", "plain.wasm"], { "plain.wasm": bytes });
    expect(out).toContain(
      "  can nothing\n  asks for nothing\n  is given\n    each call   fuel        5 units, under 0.01 ms here",
    );
    expect(out).toMatch(/memory +none\n +tables +2, 1 to 4 slots\n +built with +several tables\n/);
    expect(out).toMatch(/ {2}findings nothing\n$/);
  });

  test("says of what it does not run that only a start tells whether it ends", async () => {
    const endless = "(func $spin (result i32) (loop (br 0)) (i32.const 0))";
    const text = `(module ${endless} (func $begin (drop (call $spin))) (start $begin)
      (export "_initialize" (func $begin)) (export "_start" (func $begin))
      (export "initialize" (func $spin)) ${HOOK})`;
    const files = { "endless.wasm": withManifest(wat(text), manifestOf("endless")) };
    const { exit, out } = await run(["validate", "endless.wasm"], files);
    expect([exit, out]).toEqual([
      0,
      expect.stringContaining(
        "note  each new instance first runs a start function, _initialize, initialize: whether that ends within its limits, only a start tells",
      ),
    ]);
  });

  test("--json has the same as data", async () => {
    const result = await run(["validate", "--json", "nosy.wasm"], { "nosy.wasm": NOSY });
    expect(parse(result)).toMatchObject({
      ok: true,
      plugins: [
        {
          file: "nosy.wasm",
          ok: true,
          errors: [],
          asks: [{ capability: "kv" }, { capability: "http" }, { capability: "http" }],
          grants: { kv: true, http: { allow: ["https://*.example.com:443", "http://a.test:80"] } },
          abilities: [{ capability: "kv", functions: ["bw_kv_get"] }, {}, {}],
          limits: { fuel: 2_000_000, memoryPages: 256 },
          module: { memory: { pagesMin: 2, pagesCap: 256 }, hasStart: true, features: ["SIMD"] },
          findings: expect.arrayContaining([
            { severity: "note", what: expect.stringContaining("no maximum of memory") },
          ]),
        },
      ],
    });
  });

  const BAD: readonly (readonly [what: string, module: string, code: string])[] = [
    ["shared memory", "(memory 1 2 shared)", "plugin_feature_unsupported"],
    ["64-bit memory", "(memory i64 1)", "plugin_feature_unsupported"],
    ["too much memory", "(memory 257)", "plugin_memory_exceeded"],
    ["too many tables", "(table 1 funcref)".repeat(17), "plugin_limit_exceeded"],
    [
      "a reserved export",
      '(global (export "backworks:fuel") i64 (i64.const 0))',
      "plugin_export_reserved",
    ],
    ["code that is not valid", "(func (result i32) (i64.const 0))", "plugin_invalid"],
    ["an unknown import", '(import "env" "system" (func))', "plugin_import_unknown"],
  ];

  test.each(BAD)("refuses %s", async (_what, module, code) => {
    const bytes = withManifest(wat(`(module ${module} ${HOOK})`), manifestOf("bad"));
    const files = { "bad.wasm": bytes };
    const { exit, out } = await run(["validate", "bad.wasm"], files);
    expect([exit, out]).toEqual([
      1,
      expect.stringMatching(new RegExp(`^✗ bad.wasm\nerror ${code}`)),
    ]);
    expect(parse(await run(["validate", "--json", "bad.wasm"], files))).toMatchObject({
      ok: false,
      plugins: [{ ok: false, errors: [{ code, help: expect.any(String) }] }],
    });
  });

  test("refuses unknown imports with all of them, one after another", async () => {
    const unknown = ["a", "b"].map((name) => `(import "env" "${name}" (func))`).join("");
    const files = {
      "bad.wasm": withManifest(wat(`(module ${unknown} ${HOOK})`), manifestOf("bad")),
    };
    const { exit, out } = await run(["validate", "bad.wasm"], files);
    expect(exit).toBe(1);
    const each = (name: string): string =>
      `error plugin_import_unknown .*bad\\.wasm\\n +import "env" "${name}" is unknown;.*\\n.*\\n`;
    expect(out).toMatch(new RegExp(each("a") + each("b")));
  });

  test("refuses a function that compilers choke on", async () => {
    const locals = "(local i64)".repeat(1100);
    const bytes = withManifest(wat(`(module (func ${locals}) ${HOOK})`), manifestOf("bad"));
    const { exit, out } = await run(["validate", "bad.wasm"], { "bad.wasm": bytes });
    expect([exit, out]).toEqual([1, expect.stringContaining("plugin_limit_exceeded")]);
  });

  test("refuses a sidecar manifest with all that is wrong in it", async () => {
    const files = {
      "bad.wasm": wat(`(module ${HOOK})`),
      "bad.plugin.yaml": "name: a\nname: b\nversion: 1.0.0\nversion: 1.0.1\nhooks: {}\n",
    };
    const { exit, out } = await run(["validate", "bad.wasm"], files);
    expect([exit, out]).toEqual([1, expect.stringMatching(/bad\.plugin\.yaml:2:1/)]);
  });

  test("refuses a plugin that imports what its manifest does not ask for: no grant helps", async () => {
    const counting =
      '(import "extism:host/user" "bw_kv_increment" (func (param i64 i64 i64) (result i64)))';
    const files = {
      "late.wasm": withManifest(wat(`(module ${counting} ${HOOK})`), manifestOf("late")),
    };
    const { exit, out } = await run(["validate", "late.wasm"], files);
    expect([exit, out]).toEqual([
      1,
      expect.stringMatching(/^✗ late\.wasm\nerror plugin_capability_undeclared/),
    ]);
    expect(out).toContain("add capabilities.kv to plugin.yaml");
    expect(parse(await run(["validate", "--json", "late.wasm"], files))).toMatchObject({
      ok: false,
      plugins: [
        {
          ok: false,
          errors: [
            {
              code: "plugin_capability_undeclared",
              message: expect.stringContaining("does not ask for: kv (bw_kv_increment)"),
            },
          ],
        },
      ],
    });
  });

  test("refuses what the plugin's own limits and schema rule out", async () => {
    const bad = (more: object): Uint8Array =>
      withManifest(wat(`(module (memory 3) ${HOOK})`), { ...manifestOf("bad"), ...more });
    const files = {
      "small.wasm": bad({ limits: { memory_pages: 2 } }),
      "schema.wasm": bad({ config_schema: { type: "objekt" } }),
    };
    const { exit, out } = await run(["validate", "small.wasm", "schema.wasm"], files);
    expect(exit).toBe(1);
    expect(out).toMatch(/✗ small\.wasm\nerror plugin_memory_exceeded.*\n.*192KiB.* 128KiB/);
    expect(out).toMatch(/✗ schema\.wasm\nerror plugin_manifest_invalid.*\n.*"objekt"/);
  });

  test("points to the manifest beside the module, which is all that has to change", async () => {
    const module = wat(
      `(module (import "extism:host/user" "bw_kv_get" (func (param i64) (result i64))) ${HOOK})`,
    );
    const yaml = "abi: 1\nname: late\nversion: 1.0.0\nhooks: { process_endpoint: {} }\n";
    const files = { "late.wasm": module, "late.plugin.yaml": yaml };
    for (const args of [
      ["validate", "late.wasm"],
      ["call", "late.wasm", "process_endpoint"],
    ]) {
      const { exit, out, err } = await run(args, files);
      expect([exit, out + err]).toEqual([
        1,
        expect.stringMatching(
          /plugin_capability_undeclared \S+late\.plugin\.yaml\n.*add capabilities\.kv to \S+late\.plugin\.yaml\n/,
        ),
      ]);
    }
    const old = `${yaml}requires: { host: ">=2" }\n`;
    const { out } = await run(["validate", "late.wasm"], { ...files, "late.plugin.yaml": old });
    expect(out).toMatch(/plugin_host_unsupported \S+late\.plugin\.yaml\n.*">=2"/);
    expect(out).toContain("help: use a host of the version that the plugin requires");
  });

  test("tells of exports that nobody calls, and of state", async () => {
    const bytes = withManifest(
      wat(`(module ${HOOK} (func (export "after_respons") (result i32) (i32.const 0)))`),
      { ...manifestOf("late"), license: "MIT", stateful: true },
    );
    const { exit, out } = await run(["validate", "late.wasm"], { "late.wasm": bytes });
    expect(exit).toBe(0);
    expect(out).toContain(
      "it exports after_respons, which nobody calls: did you mean after_response?",
    );
    expect(out).toContain("it is stateful");
  });

  test("text of a plugin moves no cursor", async () => {
    const bytes = withManifest(
      wat(`(module ${HOOK} (func (export "before_reques\\1b[2J") (result i32) (i32.const 0)))`),
      manifestOf("bad"),
    );
    const { out } = await run(["validate", "bad.wasm"], { "bad.wasm": bytes });
    expect(out).toContain("before_reques\\u001b[2J");
    expect(out).not.toContain("\u001b");
  });
});
