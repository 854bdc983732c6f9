import { expect, test } from "vitest";
import { findProblems } from "../../host/src/app/validate.ts";
import { loadConfig } from "../../host/src/config/load.ts";
import { startTestApp } from "../support/app.ts";
import type { Files } from "../support/folder.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

const GOOD = withManifest(answering("process_endpoint", "!200\n\nfine"), manifestOf("good"));
const HOOK = '(func (export "process_endpoint") (result i32) (i32.const 0))';

const YAML = `
name: test
endpoints:
  good: { path: /good, plugin: good }
  bad: { path: /bad, plugin: bad }
`;

interface Refusal {
  readonly what: string;
  readonly files: Files;
  readonly yaml?: string;
  readonly code: string;
  readonly message: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: "a file that is not WebAssembly",
    files: { "plugins/bad.wasm": "GIF89a" },
    code: "plugin_not_wasm",
    message: /WebAssembly/,
  },
  {
    what: "a module that is cut off",
    files: { "plugins/bad.wasm": GOOD.subarray(0, GOOD.length - 9) },
    code: "plugin_malformed",
    message: /byte \d+.*\d+ bytes/,
  },
  {
    what: "a module of more than 8 MiB",
    files: {
      "plugins/bad.wasm": Buffer.concat([
        withManifest(wat(`(module ${HOOK})`), manifestOf("bad")),
        // A section of its own, or whoever walks them finds the file damaged first.
        Buffer.of(0, 0x81, 0x80, 0x80, 0x04, 0),
        Buffer.alloc(8 * 1024 * 1024),
      ]),
    },
    code: "plugin_too_large",
    message: /more than 8388608 bytes/,
  },
  {
    what: "a module without a manifest",
    files: { "plugins/bad.wasm": wat(`(module ${HOOK})`) },
    code: "plugin_manifest_missing",
    message: /backworks:manifest.*bad\.plugin\.yaml/,
  },
  {
    what: "a manifest that is not JSON",
    files: { "plugins/bad.wasm": withManifest(wat(`(module ${HOOK})`), "{abi: 1}") },
    code: "plugin_manifest_invalid",
    message: /not JSON/,
  },
  {
    what: "a manifest that its schema refuses",
    files: { "plugins/bad.wasm": withManifest(wat(`(module ${HOOK})`), manifestOf("Bad!")) },
    code: "plugin_manifest_invalid",
    message: /name.*"Bad!"/,
  },
  {
    what: "another ABI",
    files: {
      "plugins/bad.wasm": withManifest(wat(`(module ${HOOK})`), { ...manifestOf("bad"), abi: 2 }),
    },
    code: "plugin_abi_unsupported",
    message: /2/,
  },
  {
    what: "a declared hook that is not exported",
    files: { "plugins/bad.wasm": withManifest(wat("(module)"), manifestOf("bad")) },
    code: "plugin_export_missing",
    message: /process_endpoint/,
  },
  {
    what: "an import that ABI 1 does not know",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module (import "env" "system" (func (param i32) (result i32))) ${HOOK})`),
        manifestOf("bad"),
      ),
    },
    code: "plugin_import_unknown",
    message: /env.*system/,
  },
  {
    what: "two files of one name",
    files: {
      "plugins/bad.wasm": withManifest(wat(`(module ${HOOK})`), manifestOf("bad")),
      "plugins/other.wasm": withManifest(wat(`(module ${HOOK})`), manifestOf("bad")),
    },
    code: "plugin_name_conflict",
    message: /bad\.wasm.*other\.wasm/,
  },
  {
    what: "a file that is not there",
    files: {},
    yaml: `${YAML}plugins: { bad: { path: ./nowhere.wasm } }`,
    code: "plugin_file_missing",
    message: /nowhere\.wasm/,
  },
  {
    what: "a plugin that nobody has",
    files: {},
    yaml: `${YAML}plugins: { bad: { enabled: true } }`,
    code: "plugin_not_found",
    message: /"bad"/,
  },
  {
    what: "a configuration that the plugin's schema refuses",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module ${HOOK})`),
        manifestOf("bad", "process_endpoint", {
          config_schema: { type: "object", properties: { units: { enum: ["si", "us"] } } },
        }),
      ),
    },
    yaml: `${YAML}plugins:\n  bad:\n    config:\n      units: metric\n`,
    code: "plugin_config_invalid",
    message: /plugins\.bad\.config\.units.*"metric"/,
  },
  {
    what: "a host that is too old for it",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module ${HOOK})`),
        manifestOf("bad", "process_endpoint", { requires: { host: ">=9" } }),
      ),
    },
    code: "plugin_host_unsupported",
    message: />=9/,
  },
  {
    what: "a 64-bit memory",
    files: {
      "plugins/bad.wasm": withManifest(wat(`(module (memory i64 1) ${HOOK})`), manifestOf("bad")),
    },
    code: "plugin_feature_unsupported",
    message: /memory64/,
  },
  {
    what: "shared memory",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module (memory 1 2 shared) ${HOOK})`),
        manifestOf("bad"),
      ),
    },
    code: "plugin_feature_unsupported",
    message: /threads/,
  },
  {
    what: "a thread's instruction in a process of its own",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module (memory 1) (func (atomic.fence)) ${HOOK})`),
        manifestOf("bad"),
      ),
    },
    yaml: `isolation: process${YAML}`,
    code: "plugin_feature_unsupported",
    message: /threads/,
  },
  {
    what: "more memory than anybody gets",
    files: {
      "plugins/bad.wasm": withManifest(wat(`(module (memory 1000) ${HOOK})`), manifestOf("bad")),
    },
    code: "plugin_limit_exceeded",
    message: /1000 pages.*at most 256/,
  },
  {
    what: "more memory than it asks for itself",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module (memory 3) ${HOOK})`),
        manifestOf("bad", "process_endpoint", { limits: { memory_pages: 2 } }),
      ),
    },
    code: "plugin_limit_exceeded",
    message: /3 pages.*at most 2/,
  },
  {
    what: "more memory than its operator gives",
    files: {
      "plugins/bad.wasm": withManifest(wat(`(module (memory 3) ${HOOK})`), manifestOf("bad")),
    },
    yaml: `${YAML}plugins: { bad: { limits: { memory: 64KiB } } }`,
    code: "plugin_limit_exceeded",
    message: /3 pages.*at most 1/,
  },
  {
    what: "an export that belongs to the host",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module (global (export "backworks:fuel") i64 (i64.const 0)) ${HOOK})`),
        manifestOf("bad"),
      ),
    },
    code: "plugin_export_reserved",
    message: /backworks:fuel/,
  },
  {
    what: "code that is not valid",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module (func (result i32) (i64.const 0)) ${HOOK})`),
        manifestOf("bad"),
      ),
    },
    code: "plugin_invalid",
    message: /not valid/,
  },
  {
    what: "an import that its manifest does not ask for",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(
          `(module (import "extism:host/user" "bw_kv_get" (func (param i64) (result i64))) ${HOOK})`,
        ),
        manifestOf("bad"),
      ),
    },
    code: "plugin_capability_undeclared",
    message: /kv \(bw_kv_get\); add capabilities\.kv to plugin\.yaml/,
  },
  {
    what: "an import that it is not granted",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(
          `(module (import "extism:host/user" "bw_kv_get" (func (param i64) (result i64))) ${HOOK})`,
        ),
        manifestOf("bad", "process_endpoint", { capabilities: { kv: true } }),
      ),
    },
    code: "plugin_capability_denied",
    message: /kv \(bw_kv_get\)/,
  },
  {
    what: "a schema that is none",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module ${HOOK})`),
        manifestOf("bad", "process_endpoint", { config_schema: { type: "objekt" } }),
      ),
    },
    code: "plugin_manifest_invalid",
    message: /config_schema is no usable JSON Schema.*"objekt"/,
  },
  {
    what: "an initialize that traps",
    files: {
      "plugins/bad.wasm": withManifest(
        wat(`(module ${HOOK} (func (export "initialize") (result i32) unreachable))`),
        { ...manifestOf("bad"), hooks: { process_endpoint: {}, initialize: {} } },
      ),
    },
    code: "guest_trapped",
    message: /initialize/,
  },
];

test.each(REFUSALS)("$what is refused, and the others load", async (refusal) => {
  await using app = await startTestApp({
    "backworks.yaml": refusal.yaml ?? YAML,
    "plugins/good.wasm": GOOD,
    ...refusal.files,
  });
  const refused = app.summary.plugins.filter((plugin) => plugin.state === "refused");
  expect(refused.map((plugin) => plugin.error?.code)).toEqual([refusal.code]);
  expect(refused[0]?.error?.message).toMatch(refusal.message);

  const good = await app.fetch("/good");
  expect([good.status, await good.text()]).toEqual([200, "fine"]);
  const bad = await app.fetch("/bad");
  expect(bad.status).toBe(503);
  expect(bad.headers.get("content-type")).toBe("application/problem+json");

  // Whoever only wants to know is told the same, but for what shows when it runs.
  const told = await findProblems(await loadConfig(`${app.folder.path}/backworks.yaml`, {}));
  const isRun = refusal.code.startsWith("guest_");
  expect(told.map(({ code, message }) => ({ code, message }))).toEqual(
    isRun ? [] : [{ code: refusal.code, message: refused[0]?.error?.message }],
  );
});

interface Misbehaviour {
  readonly what: string;
  readonly module: Uint8Array;
  readonly code: string;
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  {
    what: "traps",
    module: wat('(module (func (export "process_endpoint") (result i32) unreachable))'),
    code: "guest_trapped",
  },
  {
    what: "returns garbage",
    module: answering("process_endpoint", "\u0001\u0002garbage\n"),
    code: "guest_output_malformed",
  },
  {
    what: "returns a header with CR/LF",
    module: answering("process_endpoint", "+x-evil: a\rset-cookie: b\n"),
    code: "guest_output_malformed",
  },
  {
    what: "returns a framing header",
    module: answering("process_endpoint", "+content-length: 5\n\nlonger than five"),
    code: "guest_output_malformed",
  },
  {
    what: "returns 10 MB",
    module: wat(`(module
      (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
      (import "extism:host/env" "output_set" (func $output (param i64 i64)))
      (func (export "process_endpoint") (result i32)
        (call $output (call $alloc (i64.const 10000000)) (i64.const 10000000))
        (i32.const 0)))`),
    code: "guest_output_too_large",
  },
  {
    what: "returns a status that means nothing",
    module: wat('(module (func (export "process_endpoint") (result i32) (i32.const 7)))'),
    code: "guest_status_invalid",
  },
];

test.each(MISBEHAVIOURS)(
  "a plugin that $what costs its own request only",
  async ({ module, code }) => {
    await using app = await startTestApp({
      "backworks.yaml": YAML,
      "plugins/good.wasm": GOOD,
      "plugins/bad.wasm": withManifest(module, manifestOf("bad")),
    });
    for (let round = 0; round < 3; round++) {
      const bad = await app.fetch("/bad");
      expect(bad.status).toBe(503);
      expect(await bad.json()).toMatchObject({
        type: `urn:backworks:error:${code}`,
        status: 503,
        plugin: "bad",
        hook: "process_endpoint",
      });
      const good = await app.fetch("/good");
      expect([good.status, await good.text()]).toEqual([200, "fine"]);
    }
  },
);

const HOOK_YAML = "name: test\nendpoints:\n  hello: { path: /hello, response: { body: hi } }\n";
const TRAPPING = wat('(module (func (export "before_request") (result i32) unreachable))');

test("a hook that fails is skipped and reported when its plugin is not critical", async () => {
  await using app = await startTestApp({
    "backworks.yaml": HOOK_YAML,
    "plugins/bad.wasm": withManifest(TRAPPING, manifestOf("bad", "before_request")),
  });
  const response = await app.fetch("/hello");
  expect([response.status, await response.text()]).toEqual([200, "hi"]);
  expect(app.records).toContainEqual(
    expect.objectContaining({ level: "warn", plugin: "bad", hook: "before_request" }),
  );
});

test("a hook that fails ends the request with 503 when its plugin is critical", async () => {
  const manifest = manifestOf("bad", "before_request", { critical: true });
  await using app = await startTestApp({
    "backworks.yaml": HOOK_YAML,
    "plugins/bad.wasm": withManifest(TRAPPING, manifest),
  });
  const response = await app.fetch("/hello");
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toMatch(/^\d+$/);
  expect(await response.json()).toMatchObject({ plugin: "bad", hook: "before_request" });
});

test("the operator can make a plugin critical", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${HOOK_YAML}plugins: { bad: { critical: true } }\n`,
    "plugins/bad.wasm": withManifest(TRAPPING, manifestOf("bad", "before_request")),
  });
  expect((await app.fetch("/hello")).status).toBe(503);
});
