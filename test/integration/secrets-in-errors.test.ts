import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

const SECRET = "hunter2-and-more";

/** Says the secret through error_set, and then ends as `ending` says. */
function blurting(ending: string): Uint8Array {
  const stores = Array.from(
    SECRET,
    (char, at) =>
      `(call $store (i64.add (local.get $at) (i64.const ${at})) (i32.const ${char.charCodeAt(0)}))`,
  );
  return wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "error_set" (func $error (param i64)))
    (func (export "process_endpoint") (result i32)
      (local $at i64)
      (local.set $at (call $alloc (i64.const ${SECRET.length})))
      ${stores.join("\n")}
      (call $error (local.get $at))
      ${ending}))`);
}

test.each([
  ["fails", "(i32.const 1)", "guest_failed", "shared"],
  ["traps", "unreachable", "guest_trapped", "shared"],
  ["fails", "(i32.const 1)", "guest_failed", "process"],
  ["traps", "unreachable", "guest_trapped", "process"],
])(
  "a secret that a plugin blurts out as it %s is masked in log and answer (%4$s)",
  async (_, ending, code, isolation) => {
    const manifest = { ...manifestOf("leak"), capabilities: { secrets: ["KEY"] } };
    await using app = await startTestApp({
      "backworks.yaml": `name: x
isolation: ${isolation}
endpoints: { leak: { path: /leak, plugin: leak } }
plugins: { leak: { grants: { secrets: { KEY: ${SECRET} } } } }
`,
      "plugins/leak.wasm": withManifest(blurting(ending), manifest),
    });
    const response = await app.fetch("/leak");
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ reason: code });
    const log = JSON.stringify(app.records);
    expect(log).toContain("***");
    expect(text + log).not.toContain(SECRET);
  },
);
