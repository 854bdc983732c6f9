import { expect, test } from "vitest";
import { startTestApp, type TestApp } from "../support/app.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

const LOOP = `(module (func $spin (loop (br 0)))
  (func (export "process_endpoint") (result i32) (call $spin) (i32.const 0))
  (func (export "initialize") (result i32) (i32.const 0)))`;

/** An application with one plugin that never ends, and what its operator writes below it. */
async function startLooping(settings: string, module = LOOP): Promise<TestApp> {
  const manifest = manifestOf("loop", "process_endpoint");
  const hooks = module.includes('"initialize"')
    ? { process_endpoint: {}, initialize: {} }
    : { process_endpoint: {} };
  return startTestApp({
    "backworks.yaml": `endpoints: { spin: { path: /, plugin: loop } }
plugins: { loop: { ${settings} } }`,
    "plugins/loop.wasm": withManifest(wat(module), { ...manifest, hooks }),
  });
}

test.each(["shared", "process"])(
  "a call that is stopped says which limit it had, and the number that its operator wrote (%s)",
  async (isolation) => {
    const limits = "limits: { routes: { spin: { fuel: 2 ms } }, fuel: 7000000 }";
    await using app = await startLooping(`isolation: ${isolation}, ${limits}`);
    expect((await app.fetch("/")).status).toBe(503);
    const failed = app.records.find(({ code }) => code === "guest_fuel_exhausted");
    expect(failed?.msg).toMatch(
      /process_endpoint needs more than its \d+ units of fuel \(limits\.routes\.spin\.fuel in backworks\.yaml: 2 ms\): stopped/,
    );
  },
);

test("time that is over is named like fuel", async () => {
  await using app = await startLooping("limits: { fuel: 100000000000, wall_ms: 50 }");
  await app.fetch("/");
  const failed = app.records.find(({ code }) => code === "guest_timed_out");
  expect(failed?.msg).toContain(
    "process_endpoint takes longer than 50 ms (limits.wall_ms in backworks.yaml): stopped",
  );
});

test.each([
  [
    "initialize",
    LOOP.replace('"initialize") (result i32)', '"initialize") (result i32) (call $spin)'),
  ],
  ["the start function", LOOP.replace("(func (export", "(start $spin) (func (export")],
])("what starts an instance, %s, names the key that holds for it", async (what, module) => {
  await using app = await startLooping("limits: { fuel: 1000 }", module);
  const [plugin] = app.summary.plugins;
  expect(plugin?.error?.message).toContain(
    `loop: ${what} needs more than its 110000000 units of fuel (the default of limits.hooks.initialize.fuel)`,
  );
  await using raised = await startLooping(
    "limits: { hooks: { initialize: { fuel: 2000000 } } }",
    module,
  );
  expect(raised.summary.plugins[0]?.error?.message).toContain(
    `${what} needs more than its 2000000 units of fuel (limits.hooks.initialize.fuel in backworks.yaml)`,
  );
});

test("a body over bytes_max is told with the limit: to the client, and once to the log", async () => {
  const done = `(module (func (export "before_request") (result i32) (i32.const 0))
    (func (export "process_endpoint") (result i32) (i32.const 0)))`;
  const reads = { body: { mode: "bytes", bytes_max: 16 } };
  const hooks = { before_request: { reads }, process_endpoint: {} };
  await using app = await startTestApp({
    "backworks.yaml": "endpoints: { put: { path: /, plugin: gate, methods: [POST] } }",
    "plugins/gate.wasm": withManifest(wat(done), {
      ...manifestOf("gate", "process_endpoint"),
      critical: true,
      hooks,
    }),
  });
  expect((await app.fetch("/", { method: "POST", body: "a".repeat(16) })).status).toBe(200);
  const response = await app.fetch("/", { method: "POST", body: "a".repeat(17) });
  expect(await response.json()).toMatchObject({
    status: 413,
    detail: 'the body has more than 16 bytes, the most that plugin "gate" reads in before_request',
    plugin: "gate",
    hook: "before_request",
  });
  expect(app.records.filter(({ level }) => level === "warn")).toMatchObject([
    {
      code: "guest_input_too_large",
      plugin: "gate",
      hook: "before_request",
      msg: 'plugin "gate" failed in before_request: the request body has 17 bytes, before_request reads at most 16 (reads.body.bytes_max)',
    },
  ]);
});
