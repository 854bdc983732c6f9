import type { Files } from "./folder.ts";
import { answering, manifestOf, withManifest } from "./module.ts";
import { wat } from "./wat.ts";

export const GOOD: Uint8Array = withManifest(
  answering("process_endpoint", "!200\n\nfine"),
  manifestOf("good"),
);
const HOOK = '(func (export "process_endpoint") (result i32) (i32.const 0))';

export const YAML = `
name: test
endpoints:
  good: { path: /good, plugin: good }
  bad: { path: /bad, plugin: bad }
`;

/** A plugin `bad` that no host starts, and why. */
export interface Refusal {
  readonly what: string;
  readonly files: Files;
  readonly yaml?: string;
  readonly code: string;
  readonly message: RegExp;
}

export const REFUSALS: readonly Refusal[] = [
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
    what: "a 64-bit memory",
    files: bad("(memory i64 1)"),
    code: "plugin_feature_unsupported",
    message: /memory64/,
  },
  {
    what: "shared memory",
    files: bad("(memory 1 2 shared)"),
    code: "plugin_feature_unsupported",
    message: /threads/,
  },
  {
    what: "a thread's instruction in a process of its own",
    files: bad("(memory 1) (func (atomic.fence))"),
    yaml: `isolation: process${YAML}`,
    code: "plugin_feature_unsupported",
    message: /threads/,
  },
  {
    what: "more memory than anybody gets",
    files: bad("(memory 1000)"),
    code: "plugin_memory_exceeded",
    message: /64000KiB of memory, its limits.memory is 16MiB/,
  },
  {
    what: "more memory than it asks for itself",
    files: bad("(memory 3)", { limits: { memory_pages: 2 } }),
    code: "plugin_memory_exceeded",
    message: /192KiB of memory, its limits.memory is 128KiB/,
  },
  {
    what: "more memory than its operator gives",
    files: bad("(memory 3)"),
    yaml: `${YAML}plugins: { bad: { limits: { memory: 64KiB } } }`,
    code: "plugin_memory_exceeded",
    message: /192KiB of memory, its limits.memory is 64KiB/,
  },
  {
    what: "an export that belongs to the host",
    files: bad('(global (export "backworks:fuel") i64 (i64.const 0))'),
    code: "plugin_export_reserved",
    message: /backworks:fuel/,
  },
  {
    what: "code that is not valid",
    files: bad("(func (result i32) (i64.const 0))"),
    code: "plugin_invalid",
    message: /not valid/,
  },
  {
    what: "an import that its manifest does not ask for",
    files: bad('(import "extism:host/user" "bw_kv_get" (func (param i64) (result i64)))'),
    code: "plugin_capability_undeclared",
    message: /kv \(bw_kv_get\); add capabilities\.kv to plugin\.yaml/,
  },
  {
    what: "an import that it is not granted",
    files: bad('(import "extism:host/user" "bw_kv_get" (func (param i64) (result i64)))', {
      capabilities: { kv: true },
    }),
    code: "plugin_capability_denied",
    message: /kv \(bw_kv_get\)/,
  },
  {
    what: "a schema that is none",
    files: bad("", { config_schema: { type: "objekt" } }),
    code: "plugin_manifest_invalid",
    message: /config_schema is no usable JSON Schema.*"objekt"/,
  },
  {
    what: "a host that is too old for it",
    files: bad("", { requires: { host: ">=9" } }),
    code: "plugin_host_unsupported",
    message: />=9/,
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

function bad(parts: string, more: Readonly<Record<string, unknown>> = {}): Files {
  const manifest = manifestOf("bad", "process_endpoint", more);
  return { "plugins/bad.wasm": withManifest(wat(`(module ${parts} ${HOOK})`), manifest) };
}
