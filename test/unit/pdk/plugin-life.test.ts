// oxlint-disable typescript/no-unsafe-type-assertion -- outputs are JSON of a known shape
import { describe, expect, test } from "vitest";
import { WORLDS, type StartPlugin } from "../../support/direct-plugin.ts";
import { buildSource, headOf, runPlugin, type RunningPlugin } from "../../support/plugins.ts";
import { ManualClock } from "../../support/clock.ts";

/** Makes a function that calls a beforeRequest of these statements once. */
function statementsRunner(start: StartPlugin) {
  return async (statements: string): Promise<string> => {
    const source = `
      import { Reply, type Request } from "@backworks/pdk";
      export async function beforeRequest(request: Request): Promise<Reply | void> {
        ${statements}
      }`;
    const plugin = await start(source, { before_request: {} });
    return plugin.call("before_request", headOf("GET /"));
  };
}

/** Two random numbers and the time, as the plugin has them. */
async function draw(plugin: RunningPlugin): Promise<number[]> {
  const output = await plugin.call("before_request", headOf("GET /"));
  return JSON.parse(output.slice(output.indexOf("\n\n"))) as number[];
}

function healthSource(answer: string): string {
  return `
    import type { PluginHealth } from "@backworks/pdk";
    export function healthCheck(): PluginHealth { return ${answer} as PluginHealth; }`;
}

/** What a hook that is meant to fail otherwise does not run out of. */
const PLENTY = { call: { fuel: 10_000_000_000, timeMs: 20_000 } };

async function startHookInSandbox(source: string): Promise<RunningPlugin> {
  return runPlugin(await buildSource(source, { before_request: {} }), { limits: PLENTY });
}

test("a thrown error names the author's function, file, line and column", async () => {
  const plugin = await startHookInSandbox(`
import type { Request } from "@backworks/pdk";
interface Reading { readonly value: number }

function check(reading: Reading): void {
  if (reading.value > 1) throw new RangeError("too much");
}

export function beforeRequest(request: Request): void {
  check({ value: 2 });
}`);
  const message = [
    "RangeError: too much",
    "    at check (src/plugin.ts:6:",
    "    at beforeRequest (src/plugin.ts:10:3)",
  ];
  const failure = plugin.call("before_request", headOf("GET /"));
  for (const part of message) await expect(failure).rejects.toThrow(part);
  await expect(failure).rejects.not.toThrow("backworks-pdk");
});

test("a failed call leaves the plugin able to answer the next one", async () => {
  const plugin = await startHookInSandbox(`
    import { Reply, type Request } from "@backworks/pdk";
    const fail: Record<string, () => unknown> = {
      "/throw": () => { throw new Error("no"); },
      "/recursion": () => { const down = (): number => down() + 1; return down(); },
      "/memory": () => { const all = []; for (;;) all.push(new Array(10_000).fill(1)); },
      "/string": () => { let text = "x"; for (;;) text += text; },
    };
    export function beforeRequest(request: Request): Reply {
      fail[request.path]?.();
      return Reply.empty(204);
    }`);
  const call = async (path: string): Promise<string> =>
    plugin.call("before_request", headOf(`GET ${path}`));
  for (let round = 0; round < 3; round++) {
    await expect(call("/throw")).rejects.toThrow("Error: no");
    await expect(call("/recursion")).rejects.toThrow(
      "RangeError: Maximum call stack size exceeded",
    );
    await expect(call("/memory")).rejects.toThrow("out of memory");
    await expect(call("/string")).rejects.toMatchObject({ code: "guest_failed" });
    expect(await call("/")).toBe("!204\n");
  }
});

test("what a hook leaves behind runs within its own call", async () => {
  const plugin = await startHookInSandbox(`
    import { Reply, type Request } from "@backworks/pdk";
    let ran = 0;
    export function beforeRequest(request: Request): Reply {
      Promise.resolve().then(() => { ran += 1; });
      return Reply.json(200, ran);
    }`);
  const call = async (): Promise<string> => plugin.call("before_request", headOf("GET /"));
  expect((await call()).endsWith("\n0")).toBe(true);
  expect((await call()).endsWith("\n1")).toBe(true);
});

test("every instance draws other random numbers, and the clock runs", async () => {
  const source = `
    import { Reply } from "@backworks/pdk";
    export function beforeRequest(): Reply {
      return Reply.json(200, [Math.random(), Math.random(), Date.now()]);
    }`;
  const built = await buildSource(source, { before_request: {} });
  const clock = new ManualClock();
  const [first, second] = [await runPlugin(built, { clock }), await runPlugin(built, { clock })];
  const drawn = [...(await draw(first)), ...(await draw(first)), ...(await draw(second))];
  const randoms = drawn.filter((_, i) => i % 3 !== 2);
  expect(new Set(randoms).size).toBe(6);
  expect(randoms.every((value) => value >= 0 && value < 1)).toBe(true);
  const [, , before = 0] = await draw(first);
  clock.advance(5000);
  const [, , after = 0] = await draw(first);
  expect(after - before).toBe(5000);
});

test("nothing of the engine's own is left in the global object", async () => {
  const statements = `
    const names = Object.getOwnPropertyNames(globalThis).filter((name) => /backworks|runners/.test(name));
    return Reply.json(200, names);`;
  const run = statementsRunner(async (source, hooks) =>
    runPlugin(await buildSource(source, hooks)),
  );
  expect((await run(statements)).endsWith("\n[]")).toBe(true);
});

test("JSON nested deeper than the engine's stack costs the instance, not the plugin", async () => {
  const plugin = await startHookInSandbox(`
    import { Reply, type Request } from "@backworks/pdk";
    export function beforeRequest(request: Request): Reply {
      const depth = Number(request.query("depth"));
      return Reply.json(200, JSON.parse("[".repeat(depth) + "]".repeat(depth)) !== null);
    }`);
  const parse = async (depth: number): Promise<string> =>
    plugin.call("before_request", headOf(`GET /?depth=${depth}`));
  expect(await parse(1000)).toContain("true");
  await expect(parse(1_000_000)).rejects.toMatchObject({ code: "guest_trapped" });
  expect(await parse(1000)).toContain("true");
});

test("an output larger than the kernel has room for fails the call", async () => {
  const built = await buildSource(
    `import { Reply, type Request } from "@backworks/pdk";
    export function processEndpoint(request: Request): Reply {
      return request.path === "/text"
        ? Reply.text(200, "x".repeat(200_000))
        : Reply.bytes(200, new Uint8Array(200_000), "x/y");
    }`,
    { process_endpoint: {} },
  );
  const plugin = await runPlugin(built, { limits: { ...PLENTY, kernelBytesMax: 100_000 } });
  await expect(plugin.call("process_endpoint", headOf("GET /text"))).rejects.toThrow(
    "the output is larger than the host takes",
  );
  await expect(plugin.call("process_endpoint", headOf("GET /bytes"))).rejects.toThrow(
    "a body of 200000 bytes is larger than the host takes",
  );
});

test("a promise that nothing can settle fails the call", async () => {
  const run = statementsRunner(async (source, hooks) =>
    runPlugin(await buildSource(source, hooks)),
  );
  await expect(run("await new Promise(() => {});")).rejects.toThrow("did not settle");
});

describe.each(WORLDS)("%s", (_world, start) => {
  const runStatements = statementsRunner(start);
  const startHook = async (source: string): Promise<RunningPlugin> =>
    start(source, { before_request: {} });

  test.each([
    ['throw new Error("a", { cause: new TypeError("b") });', "Error: a"],
    ['throw new Error("a", { cause: new TypeError("b") });', "caused by TypeError: b"],
    ['throw "text";', "Thrown: text"],
    ["throw { code: 1 };", 'Thrown: {"code":1}'],
    ["throw undefined;", "Thrown: undefined"],
    ["const a: any = {}; a.a = a; throw a;", "Thrown: [object Object]"],
    ['await Promise.reject(new Error("later"));', "Error: later"],
    ['throw new Error("\\ud800");', "Error: \ufffd"],
    ['throw new Error("x".repeat(5000));', "xxx…"],
    ["null.x;", "TypeError"],
  ])("%s fails the call with its text", async (statements, message) => {
    await expect(runStatements(statements)).rejects.toThrow(message);
  });

  test("asynchronous hooks settle within the call", async () => {
    const statements = `
    const later = async (n: number): Promise<number> => (n === 0 ? 0 : 1 + (await later(n - 1)));
    const [a, b] = await Promise.all([later(5), later(50)]);
    return Reply.json(200, [a, b]);`;
    expect(await runStatements(statements)).toContain("[5,50]");
  });

  test("log and console write to the host's log", async () => {
    const plugin = await startHook(`
    import { log } from "@backworks/pdk";
    export function beforeRequest(): void {
      log.debug("d"); log.info("ü😀"); log.warn("w"); log.error("e");
      console.debug("a", 1, null); console.log({ x: [1] }, undefined); console.info("i");
      console.warn(new TypeError("bad")); console.error("\\ud800");
    }`);
    await plugin.call("before_request", headOf("GET /"));
    expect(plugin.logs).toEqual([
      "debug: d",
      "info: ü😀",
      "warn: w",
      "error: e",
      "debug: a 1 null",
      'info: {"x":[1]} undefined',
      "info: i",
      "warn: TypeError: bad",
      "error: \ufffd",
    ]);
  });

  test("initialize reads the configuration, and its state stays for later hooks", async () => {
    const source = `
    import { config, Reply } from "@backworks/pdk";
    let unit = "";
    export function initialize(): void { unit = config.get("unit") ?? "none"; }
    export function beforeRequest(): Reply {
      return Reply.json(200, [unit, config.get("n"), config.get("nope"), config.all()]);
    }`;
    const settings = { unit: "kt", n: { a: [1] }, ü: "😀" };
    const plugin = await start(
      source,
      { initialize: null, before_request: null },
      { config: settings },
    );
    await plugin.call("initialize", "");
    const output = await plugin.call("before_request", headOf("GET /"));
    expect(JSON.parse(output.slice(output.indexOf("\n\n")))).toEqual([
      "kt",
      '{"a":[1]}',
      null,
      settings,
    ]);
  });

  test("healthCheck answers JSON, and anything else is an error", async () => {
    const hooks = { health_check: {} };
    const good = await start(healthSource('{ status: "degraded", details: { n: 1 } }'), hooks);
    expect(JSON.parse(await good.call("health_check", ""))).toEqual({
      status: "degraded",
      details: { n: 1 },
    });
    for (const answer of ['{ status: "fine" }', "null", "undefined", '"healthy"']) {
      const bad = await start(healthSource(`(${answer} as unknown)`), hooks);
      await expect(bad.call("health_check", "")).rejects.toThrow("healthCheck must return");
    }
  });

  test("TextEncoder and TextDecoder speak UTF-8", async () => {
    const statements = `
    const text = "ü😀\\u0000";
    const bytes = new TextEncoder().encode(text);
    const failures = [];
    for (const run of [
      () => new TextDecoder("latin1"),
      () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff])),
    ]) try { run(); } catch (error) { failures.push((error as Error).name); }
    return Reply.json(200, [
      [...bytes], new TextDecoder().decode(bytes) === text,
      new TextDecoder("UTF8", { fatal: true }).decode(new DataView(bytes.buffer, 2, 4)),
      new TextDecoder().decode(bytes.buffer) === text, new TextDecoder().decode(),
      [...new TextEncoder().encode("\\ud800")], new TextEncoder().encode().length, failures,
      new TextDecoder().decode(new TextEncoder().encode("\\ufeffa")).length,
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(new TextEncoder().encode("\\ufeffa")).length,
    ]);`;
    const output = await runStatements(statements);
    expect(JSON.parse(output.slice(output.indexOf("\n\n")))).toEqual([
      [0xc3, 0xbc, 0xf0, 0x9f, 0x98, 0x80, 0],
      true,
      "😀",
      true,
      "",
      [0xef, 0xbf, 0xbd],
      0,
      ["RangeError", "TypeError"],
      1,
      2,
    ]);
  });
});
