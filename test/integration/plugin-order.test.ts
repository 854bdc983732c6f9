import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { runCommand } from "../support/terminal.ts";

const YAML = "name: order\nendpoints:\n  hello: { path: /hello, response: { body: hi } }\n";

function marking(name: string, hook: Readonly<Record<string, unknown>> = {}): Uint8Array {
  const manifest = manifestOf(name, "after_response", { hooks: { after_response: hook } });
  return withManifest(answering("after_response", `&x-seen: ${name}\n`), manifest);
}

test("after_response hooks run in reverse order: declared, then priority, then name", async () => {
  await using app = await startTestApp({
    "backworks.yaml": YAML,
    "plugins/1.wasm": marking("ant"),
    "plugins/2.wasm": marking("bee"),
    "plugins/3.wasm": marking("cat", { priority: -1 }),
    "plugins/4.wasm": marking("dog", { before: ["cat"] }),
  });
  const response = await app.fetch("/hello");
  expect(response.headers.get("x-seen")).toBe("cat, dog, bee, ant");
});

test("plugins that must each run before the other are refused, the others go on", async () => {
  await using app = await startTestApp({
    "backworks.yaml": YAML,
    "plugins/1.wasm": marking("ant", { before: ["bee"] }),
    "plugins/2.wasm": marking("bee", { before: ["ant"] }),
    "plugins/3.wasm": marking("cat"),
  });
  expect(app.summary.plugins.map(({ name, state }) => [name, state])).toEqual([
    ["ant", "refused"],
    ["bee", "refused"],
    ["cat", "loaded"],
  ]);
  expect(app.summary.plugins[0]?.error?.message).toMatch(/ant → bee → ant|bee → ant → bee/);
  const response = await app.fetch("/hello");
  expect(response.headers.get("x-seen")).toBe("cat");
  const { exit, out } = await runCommand(["validate"], app.folder.path);
  expect([exit, out]).toEqual([1, expect.stringContaining("plugin_order_cycle")]);
});

test("a hook sees only the routes, methods and paths of its declaration", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${YAML}  files: { path: "/files/*", methods: [GET, POST], response: { body: f } }\n`,
    "plugins/1.wasm": marking("by-route", { match: { routes: ["hello"] } }),
    "plugins/2.wasm": marking("by-method", { match: { methods: ["POST"] } }),
    "plugins/3.wasm": marking("by-path", { match: { paths: ["/files/a*"] } }),
  });
  const seen = async (path: string, method = "GET"): Promise<string | null> =>
    (await app.fetch(path, { method })).headers.get("x-seen");
  expect(await seen("/hello")).toBe("by-route");
  expect(await seen("/files/b")).toBe(null);
  expect(await seen("/files/abc")).toBe("by-path");
  expect(await seen("/files/abc", "POST")).toBe("by-path, by-method");
});

test("a plugin that requires another is refused without it, and so is who requires that", async () => {
  const requiring = (name: string, plugins: Readonly<Record<string, string>>): Uint8Array =>
    withManifest(
      answering("after_response", `&x-seen: ${name}\n`),
      manifestOf(name, "after_response", { requires: { plugins } }),
    );
  await using app = await startTestApp({
    "backworks.yaml": YAML,
    "plugins/1.wasm": requiring("ant", { bee: "^1.0.0" }),
    "plugins/2.wasm": requiring("bee", { cat: "^2.0.0" }),
    "plugins/3.wasm": requiring("cat", {}),
    "plugins/4.wasm": requiring("dog", { cat: "1.x" }),
  });
  expect((await app.fetch("/hello")).headers.get("x-seen")).toBe("dog, cat");
  const errors = app.summary.plugins.map(({ name, error }) => [name, error?.message]);
  expect(errors).toEqual([
    ["ant", "it requires plugin bee ^1.0.0, which is not loaded"],
    ["bee", "it requires plugin cat ^2.0.0, and 1.0.0 is loaded"],
    ["cat", undefined],
    ["dog", undefined],
  ]);
  const { exit, out } = await runCommand(["validate"], app.folder.path);
  expect([exit, out]).toEqual([1, expect.stringContaining("plugin_requirement_missing")]);
});

test("a plugin that consumes a value runs after the one that provides it, whatever they are called", async () => {
  const provider = withManifest(answering("before_request", '=user: "ann"\n'), {
    ...manifestOf("zebra", "before_request"),
    provides: { user: null },
  });
  const consumer = withManifest(answering("before_request", '=user: "eve"\n'), {
    ...manifestOf("ant", "before_request"),
    consumes: { user: null },
  });
  await using app = await startTestApp({
    "backworks.yaml": YAML,
    "plugins/1.wasm": consumer,
    "plugins/2.wasm": provider,
  });
  expect(app.summary.routes[0]?.hooks).toEqual(["zebra", "ant"]);
});
