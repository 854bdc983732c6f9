import { expect, test } from "vitest";
import { findProblems } from "../../host/src/app/validate.ts";
import { loadConfig } from "../../host/src/config/load.ts";
import { startTestApp } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { GOOD, REFUSALS, YAML } from "../support/refusals.ts";
import { wat } from "../support/wat.ts";

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
