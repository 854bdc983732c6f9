import { expect, test } from "vitest";
import { startTestApp, TestFolder } from "../support/app.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { runCommand, startCommand } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const YAML = `name: guarded
endpoints:
  open: { path: /open, response: { body: open } }
  closed: { path: /closed, response: { body: closed } }
`;
const TRAPPING = wat(`(module
  (func (export "initialize") (result i32) unreachable)
  (func (export "before_request") (result i32) (i32.const 0)))`);
const GUARD = withManifest(TRAPPING, {
  ...manifestOf("auth"),
  critical: true,
  hooks: { initialize: {}, before_request: { match: { routes: ["closed"] } } },
});

test("routes that a refused critical plugin would have seen answer 503, the others go on", async () => {
  await using app = await startTestApp({ "backworks.yaml": YAML, "plugins/auth.wasm": GUARD });
  const closed = await app.fetch("/closed");
  expect(closed.status).toBe(503);
  const problem = await closed.json();
  expect(problem).toMatchObject({
    detail: 'plugin "auth" was refused at start (guest_trapped)',
    plugin: "auth",
    reason: "guest_trapped",
  });
  // No hook was called that could have failed.
  expect(problem).not.toHaveProperty("hook");
  expect((await app.fetch("/open")).status).toBe(200);
});

test("the summary marks routes that answer 503, all of their requests or some", async () => {
  const hooks = { initialize: {}, before_request: { match: { paths: ["/closed", "/files/a*"] } } };
  const auth = withManifest(TRAPPING, { ...manifestOf("auth"), critical: true, hooks });
  const files = {
    "backworks.yaml": `${YAML}  files: { path: "/files/*", response: { body: file } }\n`,
    "plugins/auth.wasm": auth,
  };
  await using app = await startTestApp(files);
  const problem = 'plugin "auth" was refused at start (guest_trapped)';
  expect(app.summary.routes).toMatchObject([
    { id: "open", closed: "never", problem: undefined },
    { id: "closed", closed: "always", problem },
    { id: "files", closed: "sometimes", problem },
  ]);
  expect(app.summary.plugins).toMatchObject([{ name: "auth", state: "refused", critical: true }]);

  await using folder = await TestFolder.create(files);
  const command = startCommand(["start", "-p", "0"], { directory: folder.path });
  await command.err.until(/Listening/);
  command.stop();
  const { err } = await command.ended;
  expect(err).toMatch(/✗ auth +1\.0\.0 +refused +closes routes +plugins\/auth\.wasm\n/);
  expect(err).toMatch(/GET +\/open +mock\n/);
  expect(err).toMatch(/GET +\/closed +mock +answers 503: plugin "auth" was refused at start/);
  expect(err).toMatch(/GET +\/files\/\* +mock +some requests answer 503: plugin "auth"/);
});

test("when nobody knows what a critical plugin would have seen, every route answers 503", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${YAML}plugins: { auth: { critical: true } }\n`,
    // The manifest comes first: it is cut off, too.
    "plugins/auth.wasm": GUARD.subarray(0, 40),
  });
  expect((await app.fetch("/open")).status).toBe(503);
  expect((await app.fetch("/closed")).status).toBe(503);
  const refused = app.summary.plugins.find(({ name }) => name === "auth");
  expect(refused).toMatchObject({ state: "refused", error: { code: "plugin_malformed" } });
});

test("an application without its critical plugin is unhealthy and not ready", async () => {
  await using app = await startTestApp({ "backworks.yaml": YAML, "plugins/auth.wasm": GUARD });
  const health = await app.fetch("/health");
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({
    status: "unhealthy",
    plugins: { auth: { status: "refused", critical: true, reason: "guest_trapped" } },
  });
  expect((await app.fetch("/readyz")).status).toBe(503);
  expect((await app.fetch("/livez")).status).toBe(200);
});

test.each([
  ["healthy", "healthy", 200],
  ["degraded", "degraded", 200],
  ["unhealthy", "degraded", 200],
])("a plugin that calls itself %s makes the application %s", async (own, whole, status) => {
  const answer = JSON.stringify({ status: own, message: "so it is", details: { queue: 3 } });
  const plugin = withManifest(answering("health_check", answer), manifestOf("ill", "health_check"));
  await using app = await startTestApp({ "backworks.yaml": YAML, "plugins/ill.wasm": plugin });
  const health = await app.fetch("/health");
  expect(health.status).toBe(status);
  expect(await health.json()).toMatchObject({
    status: whole,
    plugins: { ill: { status: own, message: "so it is", details: { queue: 3 } } },
  });
});

test.each(["not json", '{"status":"fine"}', "[]", '{"status":"healthy","message":7}'])(
  "a plugin that answers %s to health_check is unhealthy",
  async (answer) => {
    const plugin = withManifest(answering("health_check", answer), manifestOf("x", "health_check"));
    await using app = await startTestApp({ "backworks.yaml": YAML, "plugins/x.wasm": plugin });
    expect(await (await app.fetch("/health")).json()).toMatchObject({
      status: "degraded",
      plugins: { x: { status: "unhealthy", message: expect.stringContaining("health_check") } },
    });
  },
);

test("a disabled plugin does not count for the health", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${YAML}plugins: { auth: { enabled: false } }\n`,
    "plugins/auth.wasm": GUARD,
  });
  expect(await (await app.fetch("/health")).json()).toMatchObject({ status: "healthy" });
});

function marking(name: string): Uint8Array {
  const module = answering("after_response", `&x-seen: ${name}\n`);
  return withManifest(module, manifestOf(name, "after_response"));
}

test("a file that the configuration names runs under that name alone, or not at all", async () => {
  await using app = await startTestApp({
    "backworks.yaml": `${YAML}plugins:
  off: { enabled: false, path: ./plugins/ant.wasm }
  second: { path: ./plugins/bee.wasm }
`,
    "plugins/ant.wasm": marking("ant"),
    "plugins/bee.wasm": marking("bee"),
  });
  expect((await app.fetch("/open")).headers.get("x-seen")).toBe("bee");
  expect(app.summary.plugins.map(({ name, state }) => [name, state])).toEqual([
    ["off", "disabled"],
    ["second", "loaded"],
  ]);
});

test("a manifest with a path that no request has is refused by itself", async () => {
  const plugin = withManifest(answering("after_response", ""), {
    ...manifestOf("odd"),
    hooks: { after_response: { match: { paths: ["/%zz"] } } },
  });
  await using app = await startTestApp({ "backworks.yaml": YAML, "plugins/odd.wasm": plugin });
  expect((await app.fetch("/open")).status).toBe(200);
  expect(app.summary.plugins[0]?.error).toMatchObject({
    code: "plugin_manifest_invalid",
    message: expect.stringContaining("hooks.after_response.match.paths[0]"),
  });
});

test.each([
  [
    "a template that cannot work",
    'x: { path: /x, response: { body: "${path.nope}" } }',
    "path.nope",
  ],
  [
    "one path in two spellings",
    "a: { path: /a%41, response: {} }\n  b: { path: /aA, response: {} }",
    "already answered",
  ],
  [
    "a limit on a route that is not there",
    "a: { path: /a, response: {} }\nplugins: { p: { limits: { routes: { aa: { fuel: 5 } } } } }",
    "backworks.yaml:4:37\n  plugins.p.limits.routes.aa: there is no such endpoint, did you mean a?",
  ],
  [
    "a limit on a route that is like none",
    "a: { path: /a, response: {} }\n  b: { path: /b, response: {} }\nplugins: { p: { limits: { routes: { gone: } } } }",
    "plugins.p.limits.routes.gone: there is no such endpoint, expected one of a, b",
  ],
  ["a path that is no text", "x: { path: /%zz, response: {} }", "percent-encoded"],
])("validate finds %s", async (_what, endpoints, message) => {
  await using app = await startTestApp({ "backworks.yaml": YAML });
  await app.folder.write({ "backworks.yaml": `name: bad\nendpoints:\n  ${endpoints}\n` });
  const { exit, out, err } = await runCommand(["validate"], app.folder.path);
  expect(exit).toBeGreaterThan(0);
  expect(out + err).toContain(message);
  expect(out + err).toMatch(/backworks\.yaml:\d+:\d+/);
});
