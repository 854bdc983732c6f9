import { describe, expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { TestApp } from "../support/app.ts";
import { withManifest } from "../support/module.ts";
import { ECHO, scripted } from "../support/scripted.ts";
import type { Text } from "../support/scripted.ts";

const CALL = `(import "extism:host/user" "bw_plugin_call" (func $call (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_error" (func $error (result i64)))`;

/** Calls a plugin with the hook's own input; a fault is answered as its sentence. */
const forward = (text: Text, to: string, prefix: string): string => `(local $answer i64)
  (local.set $answer (call $call ${text(to)} (call $input)))
  (if (i64.lt_s (local.get $answer) (i64.const 0)) (then (local.set $answer (call $error))))
  (call $say (call $cat ${text(prefix)} (local.get $answer)))`;

interface Given {
  readonly hooks: readonly string[];
  readonly calls?: readonly string[];
  readonly more?: object;
}

function pack(name: string, module: Uint8Array, { hooks, calls, more }: Given): Uint8Array {
  return withManifest(module, {
    abi: 1,
    name,
    version: "1.0.0",
    hooks: Object.fromEntries(hooks.map((hook) => [hook, {}])),
    ...(calls && { capabilities: { plugins: calls } }),
    ...more,
  });
}

/** Answers requests with what `to` makes of the frame. */
function front(to: string): Uint8Array {
  const module = scripted((text) => ({ process_endpoint: forward(text, to, "\n") }), CALL);
  return pack("front", module, { hooks: ["process_endpoint"], calls: [to] });
}

/** Answers calls with what `to` answers. */
function relay(name: string, to: string): Uint8Array {
  const module = scripted((text) => ({ on_call: forward(text, to, `${name}>`) }), CALL);
  return pack(name, module, { hooks: ["on_call"], calls: [to] });
}

function back(body: string, more?: object): Uint8Array {
  const module = scripted((text) => ({ on_call: body.replace("TEXT", text("so it is")) }));
  return pack("back", module, { hooks: ["on_call"], ...(more && { more }) });
}

const CONFIG = `
data_dir: ":memory:"
endpoints: { ask: { path: /ask, plugin: front } }
`;

function grants(...names: readonly (readonly [from: string, to: string])[]): string {
  const lines = names.map(([from, to]) => `  ${from}: { grants: { plugins: [${to}] } }\n`);
  return `${CONFIG}plugins:\n${lines.join("")}`;
}

async function ask(app: TestApp): Promise<string> {
  const response = await app.fetch("/ask");
  return `${response.status} ${await response.text()}`;
}

describe("a plugin that calls another", () => {
  test.each([
    ["that answers at once", {}],
    ["that runs in slices", { limits: { fuel: 50_000_000 } }],
  ])("%s gets its answer, bytes for bytes", async (_, more) => {
    await using app = await startTestApp({
      "backworks.yaml": grants(["front", "back"]),
      "plugins/front.wasm": front("back"),
      "plugins/back.wasm": back(ECHO, more),
    });
    expect(await ask(app)).toMatch(/^200 GET \/ask\n:id: "/);
  });

  test("goes through as many as eight, and no further", async () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const chain = [...names.keys()].slice(0, -1);
    const app = async (length: number): Promise<TestApp> => {
      const used = chain.slice(0, length);
      const relays = used.map((at) => [names[at] ?? "", names[at + 1] ?? ""] as const);
      return startTestApp({
        "backworks.yaml": grants(["front", "a"], ...relays),
        "plugins/front.wasm": front("a"),
        ...Object.fromEntries(
          relays.map(([name, to]) => [`plugins/${name}.wasm`, relay(name, to)]),
        ),
        [`plugins/last.wasm`]: pack(
          names[length] ?? "",
          scripted((text) => ({ on_call: `(call $say ${text("end")})` })),
          { hooks: ["on_call"] },
        ),
      });
    };
    await using eight = await app(6);
    expect(await ask(eight)).toBe("200 a>b>c>d>e>f>end");
    await using nine = await app(7);
    expect(await ask(nine)).toBe(
      "200 a>b>c>d>e>f>g>calls of plugins are more than 8 deep: front → a → b → c → d → e → f → g → h",
    );
  });

  test("is told of a circle instead of waiting for itself", async () => {
    await using app = await startTestApp({
      "backworks.yaml": grants(["front", "a"], ["a", "b"], ["b", "a"]),
      "plugins/front.wasm": front("a"),
      "plugins/a.wasm": relay("a", "b"),
      "plugins/b.wasm": relay("b", "a"),
    });
    expect(await ask(app)).toBe("200 a>b>plugins call each other in a circle: front → a → b → a");
  });

  test("is told at once when the other waits for it, each for requests of its own", async () => {
    const both = (name: string, to: string): Uint8Array => {
      const hooks = (text: Text) => ({
        process_endpoint: forward(text, to, "\n"),
        on_call: `(call $say ${text("here")})`,
      });
      const given = { hooks: ["process_endpoint", "on_call"], calls: [to] };
      return pack(name, scripted(hooks, CALL), given);
    };
    await using app = await startTestApp({
      "backworks.yaml": `
data_dir: ":memory:"
isolation: process
endpoints: { ping: { path: /ping, plugin: ping }, pong: { path: /pong, plugin: pong } }
plugins: { ping: { grants: { plugins: [pong] } }, pong: { grants: { plugins: [ping] } } }
`,
      "plugins/ping.wasm": both("ping", "pong"),
      "plugins/pong.wasm": both("pong", "ping"),
    });
    const paths = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? "/ping" : "/pong"));
    const answers = await Promise.all(paths.map(async (path) => (await app.fetch(path)).text()));
    // Before, most of them took the five seconds of wall_ms, and failed.
    const [ping, pong] = ["ping", "pong"].map(
      (name) => `plugin "${name}" cannot be called: plugins wait for each other`,
    );
    expect(["here", ping, pong]).toEqual(expect.arrayContaining(answers));
    expect(answers).toContain("here");
    expect(app.records.find(({ code }) => code === "calls_deadlocked")).toMatchObject({
      level: "warn",
      hook: "on_call",
      msg: expect.stringMatching(/plugins wait for each other: every instance of p[io]ng waits/),
    });
  });

  test("is not let to one that it is not granted", async () => {
    await using app = await startTestApp({
      "backworks.yaml": `${CONFIG}plugins: { front: { grants: { plugins: [other] } } }`,
      "plugins/front.wasm": pack(
        "front",
        scripted((text) => ({ process_endpoint: forward(text, "back", "\n") }), CALL),
        { hooks: ["process_endpoint"], calls: ["other"] },
      ),
      "plugins/back.wasm": back(ECHO),
    });
    expect(await ask(app)).toContain('calls of plugin "back" are not granted');
  });

  test("learns that it failed, and the log why", async () => {
    await using app = await startTestApp({
      "backworks.yaml": grants(["front", "back"]),
      "plugins/front.wasm": front("back"),
      "plugins/back.wasm": back("(call $fail TEXT)"),
    });
    expect(await ask(app)).toBe('200 plugin "back" failed');
    expect(app.records.find(({ hook }) => hook === "on_call" && hook)).toMatchObject({
      plugin: "back",
      hook: "on_call",
    });
    expect(app.records.find(({ msg }) => msg.startsWith("call of a plugin"))).toMatchObject({
      level: "warn",
      caller: "front",
      code: "guest_failed",
      msg: "call of a plugin failed: back: on_call failed: so it is",
    });
  });

  test("goes on when the other spends the fuel that is its own", async () => {
    await using app = await startTestApp({
      "backworks.yaml": grants(["front", "back"]),
      "plugins/front.wasm": front("back"),
      "plugins/back.wasm": back("(loop $again (br $again)) (unreachable)", {
        limits: { fuel: 100_000 },
      }),
    });
    expect(await ask(app)).toBe('200 plugin "back" failed');
    expect(app.records.some(({ code }) => code === "guest_fuel_exhausted")).toBe(true);
    expect(await ask(app)).toBe('200 plugin "back" failed');
  });

  test.each([
    ["is not there", {}, ""],
    ["is disabled", { "plugins/back.wasm": back(ECHO) }, "  back: { enabled: false }\n"],
    ["is refused", { "plugins/back.wasm": new Uint8Array(9) }, ""],
    [
      "has no on_call",
      {
        "plugins/back.wasm": pack(
          "back",
          scripted(() => ({ start: "(i32.const 0)" })),
          { hooks: ["start"] },
        ),
      },
      "",
    ],
  ])("finds nobody when it %s", async (_, files, more) => {
    await using app = await startTestApp({
      "backworks.yaml": grants(["front", "back"]) + more,
      "plugins/front.wasm": front("back"),
      ...files,
    });
    expect(await ask(app)).toBe('200 plugin "back" is not there, or has no on_call hook');
  });

  test("finds nobody while plugins are loaded", async () => {
    const module = scripted(
      (text) => ({
        initialize: `(drop (call $call ${text("back")} (i64.const 0))) (call $log (call $error)) (i32.const 0)`,
        process_endpoint: forward(text, "back", "\n"),
      }),
      CALL,
    );
    await using app = await startTestApp({
      "backworks.yaml": grants(["front", "back"]),
      "plugins/front.wasm": pack("front", module, { hooks: ["process_endpoint"], calls: ["back"] }),
      "plugins/back.wasm": back(ECHO),
    });
    expect(app.records.map(({ msg }) => msg)).toContain(
      'plugin "back" is not there, or has no on_call hook',
    );
    expect(await ask(app)).toMatch(/^200 GET/);
  });
});
