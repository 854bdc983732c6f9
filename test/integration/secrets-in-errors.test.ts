import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

const SECRET = "hunter2-and-more";

/** Says the secret through error_set and as its output, and then ends as `ending` says. */
function blurting(ending: string, hook = "process_endpoint", before = "", after = ""): Uint8Array {
  const said = before + SECRET + after;
  const stores = Array.from(
    said,
    (char, at) =>
      `(call $store (i64.add (local.get $at) (i64.const ${at})) (i32.const ${char.charCodeAt(0)}))`,
  );
  return wat(`(module
    (import "extism:host/env" "alloc" (func $alloc (param i64) (result i64)))
    (import "extism:host/env" "store_u8" (func $store (param i64 i32)))
    (import "extism:host/env" "error_set" (func $error (param i64)))
    (import "extism:host/env" "output_set" (func $output (param i64 i64)))
    (func (export "${hook}") (result i32)
      (local $at i64)
      (local.set $at (call $alloc (i64.const ${said.length})))
      ${stores.join("\n")}
      (call $error (local.get $at))
      (call $output (local.get $at) (i64.const ${said.length}))
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

const ENDPOINTS = `name: x
endpoints: { leak: { path: /leak, plugin: leak } }
plugins: { leak: { grants: { secrets: { KEY: ${SECRET} } } } }
`;

test.each([
  ["in a line that is no edit", "", "\n", '"***" begins with none of'],
  ["in a header without the right to write it", "+x-a: a\n+x-", ": b\n", "the header x-***"],
  // A part of a secret would not be found in what is cut.
  ["at the end of what is quoted", "x".repeat(75), "\n", `"${"x".repeat(75)}***"`],
])("a secret that is malformed output is masked in the log: %s", async (_, before, after, seen) => {
  const hooks = { process_endpoint: { writes: { response_headers: ["x-a"] } } };
  const manifest = { ...manifestOf("leak"), hooks, capabilities: { secrets: ["KEY"] } };
  await using app = await startTestApp({
    "backworks.yaml": ENDPOINTS,
    "plugins/leak.wasm": withManifest(
      blurting("(i32.const 0)", "process_endpoint", before, after),
      manifest,
    ),
  });
  const text = await (await app.fetch("/leak")).text();
  expect(JSON.parse(text)).toMatchObject({ status: 503 });
  const log = JSON.stringify(app.records.map(({ msg }) => msg));
  expect(text + log).not.toContain(SECRET.slice(0, 5));
  expect(app.records.map(({ msg }) => msg).join("\n")).toContain(seen);
});

test("a secret in the message of a health check is masked for whoever asks", async () => {
  const manifest = {
    ...manifestOf("leak"),
    hooks: { health_check: {} },
    capabilities: { secrets: ["KEY"] },
  };
  const [before, after] = ['{"status":"degraded","message":"GET /?key=', '","details":{"n":4711}}'];
  await using app = await startTestApp({
    "backworks.yaml": ENDPOINTS.replace(/endpoints.*/, ""),
    "plugins/leak.wasm": withManifest(
      blurting("(i32.const 0)", "health_check", before, after),
      manifest,
    ),
  });
  const text = await (await app.fetch("/health")).text();
  expect(text).toContain("GET /?key=***");
  expect(text).not.toContain(SECRET);
});
