import { describe, expect, test } from "vitest";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { ManualClock } from "../../support/clock.ts";
import { headOf, type RunningPlugin } from "../../support/plugins.ts";
import { startFor, TARGETS } from "./fast-plugins.ts";

const IMPORTS = 'import { config, log, Reply, Request } from "@backworks/pdk";\n';

function bodyOf(output: string): string {
  return output.slice(output.indexOf("\n\n") + 2);
}

/** A plugin with one case for each path, so that one build serves many tests. */
const FAILING = `${IMPORTS}
import { deep } from "./deep.ts";
let calls = 0;

class Refusal extends Error {
  constructor(code: i32) {
    super("refused with " + code.toString());
  }
}

function down(n: i32): i32 {
  return n === 0 ? 0 : down(n + 1) + 1;
}

export function beforeRequest(request: Request): Reply | null {
  calls += 1;
  const path = request.path;
  if (path === "/range") throw new RangeError("too much: " + path);
  if (path === "/bare") throw new Error();
  if (path === "/own") throw new Refusal(7);
  if (path === "/deep") deep(path);
  if (path === "/index") return Reply.text(200, path.split("/")[9]);
  if (path === "/long") throw new Error("x".repeat(5000));
  if (path === "/down") down(1);
  if (path === "/memory") return Reply.text(200, "x".repeat(20000000));
  if (path === "/header") request.setHeader("x-a", "b\\nc");
  if (path === "/name") request.setHeader("x a", "b");
  if (path === "/host") request.setHeader("Content-Length", "1");
  if (path === "/latin") request.setHeader("x-a", "\\u0141");
  if (path === "/many") {
    for (let i = 0; i < 101; i++) request.setHeader("x-a", "b");
    return null;
  }
  if (path === "/large") {
    request.setHeader("x-a", "b".repeat(20000));
    return null;
  }
  if (path === "/target") request.setTarget("no");
  if (path === "/key") request.provide("A", 1);
  if (path === "/auth") request.provide("auth", 1);
  if (path === "/status") return Reply.empty(99.5);
  if (path === "/accept") request.header("Accept");
  if (path === "/param") request.param("id");
  if (path === "/context") request.context<string>("auth.user");
  if (path === "/body") request.text();
  if (path === "/kind") request.context<string>("known");
  return Reply.text(200, calls.toString());
}
`;

const DEEP = "export function deep(text: string): void {\n  throw new TypeError(text);\n}\n";
const READS = { headers: ["x-a"], context: ["known"] };

async function startFailing(): Promise<RunningPlugin> {
  const hooks = { before_request: { reads: READS } };
  return startFor("fast", FAILING, hooks, { files: { "src/deep.ts": DEEP } });
}

test.each([
  ["range", "RangeError: too much: /range\n    at src/plugin.ts:19:26"],
  ["bare", "Error\n    at src/plugin.ts:20:25"],
  ["own", "Error: refused with 7\n    at src/plugin.ts:21:24"],
  ["deep", "TypeError: /deep\n    at src/deep.ts:2:3"],
  ["index", "Index out of range\n    at ~lib/array.ts"],
  ["long", "Error: xxxxxxxx"],
  ["header", 'TypeError: the value of header x-a has "\\n", which no header can carry'],
  ["latin", 'the value of header x-a has "Ł", which no header can carry'],
  ["name", 'TypeError: "x a" is no header name'],
  ["host", "TypeError: the host alone writes header content-length"],
  ["many", "RangeError: 101 changes of headers: the host takes 100"],
  ["large", "RangeError: headers and provided values take 20007 bytes: the host takes 16384"],
  ["target", 'TypeError: "no" is no path and query in percent-encoding'],
  ["key", 'TypeError: the context key "A" does not match /^[a-z][a-z0-9_.-]{0,63}$/'],
  ["auth", 'TypeError: the context key "auth" is set by authenticate hooks alone'],
  ["status", "RangeError: the status 99.5 is not a whole number from 200 to 599"],
  ["accept", 'does not read "accept": add it to hooks.before_request.reads.headers'],
  ["param", 'does not read "id": add it to hooks.before_request.reads.params in plugin.yaml'],
  ["context", 'does not read "auth.user": add it to hooks.before_request.reads.context'],
  ["body", "does not read the body: set hooks.before_request.reads.body to text or bytes"],
  ["kind", "TypeError: the context value known is no text"],
])("%s ends the call with its text, and the instance goes on", async (path, message) => {
  const plugin = await startFailing();
  const facts = [":context.known: 1"];
  const call = async (where: string): Promise<string> =>
    plugin.call("before_request", headOf(`GET /${where}`, [], facts));
  expect(bodyOf(await call("ok"))).toBe("1");
  const error = await call(path).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "guest_failed" });
  // The host's messages are one line each.
  expect(String(error)).toContain(message);
  expect(bodyOf(await call("ok"))).toBe("3");
});

test("recursion without end is a trap that names the author's function", async () => {
  const plugin = await startFailing();
  const failure = plugin.call("before_request", headOf("GET /down"));
  await expect(failure).rejects.toMatchObject({ details: { plugin: "test-plugin" } });
  await expect(failure).rejects.toThrow("src/plugin/down");
  expect(bodyOf(await plugin.call("before_request", headOf("GET /ok")))).toBe("1");
});

test("more memory than a plugin has is a trap, and the next call has a new instance", async () => {
  const plugin = await startFailing();
  await expect(plugin.call("before_request", headOf("GET /memory"))).rejects.toMatchObject({
    code: expect.stringMatching(/^guest_(trapped|fuel_exhausted)$/),
  });
  expect(bodyOf(await plugin.call("before_request", headOf("GET /ok")))).toBe("1");
});

test("what top-level code throws keeps the plugin from starting", async () => {
  const source = `export function beforeRequest(): void {}\nthrow new Error("not today");\n`;
  await expect(startFor("fast", source, { before_request: {} })).rejects.toThrow(
    /not today\n.*src\/plugin\.ts:2:1/,
  );
});

describe.each(TARGETS)("in the %s target", (target) => {
  const start = async (
    source: string,
    hooks: JsonObject,
    options?: Parameters<typeof startFor>[3],
  ): Promise<RunningPlugin> => startFor(target, IMPORTS + source, hooks, options);

  test("log and console write to the host's log", async () => {
    const plugin = await start(
      `export function beforeRequest(): void {
        log.debug("d"); log.info("ü😀"); log.warn("w"); log.error("");
        console.log("a"); console.debug("b"); console.info(""); console.warn("c"); console.error("e");
      }`,
      { before_request: {} },
    );
    await plugin.call("before_request", headOf("GET /"));
    expect(plugin.logs).toEqual([
      "debug: d",
      "info: ü😀",
      "warn: w",
      "error: ",
      "info: a",
      "debug: b",
      "info: ",
      "warn: c",
      "error: e",
    ]);
  });

  test("initialize reads the configuration, and state stays for later calls", async () => {
    const plugin = await start(
      `let unit = "";
      let calls = 0;
      export function initialize(): void {
        const found = config.get("unit");
        unit = found === null ? "none" : found;
      }
      export function beforeRequest(): Reply {
        calls += 1;
        const n = config.get("n");
        const none = config.get("nope");
        return Reply.text(200, unit + " " + (n === null ? "" : n) + (none === null ? "!" : none) + calls.toString());
      }`,
      { initialize: null, before_request: null },
      { config: { unit: "größe 😀", n: { a: [1] } } },
    );
    await plugin.call("before_request", headOf("GET /"));
    const output = await plugin.call("before_request", headOf("GET /"));
    expect(bodyOf(output)).toBe('größe 😀 {"a":[1]}!2');
  });

  test.each([
    ['{ status: "healthy" }', '{"status":"healthy"}'],
    ['{ status: "degraded", message: "a \\"b\\"" }', '{"status":"degraded","message":"a \\"b\\""}'],
  ])("healthCheck answers %s", async (answer, json) => {
    const plugin = await startFor(
      target,
      `import type { PluginHealth } from "@backworks/pdk";
      export function healthCheck(): PluginHealth { return ${answer}; }`,
      { health_check: {} },
    );
    expect(await plugin.call("health_check", "")).toBe(json);
  });

  test("a health that is none fails the check", async () => {
    const plugin = await startFor(
      target,
      `import { PluginHealth } from "@backworks/pdk";
      function answer(): string { return "fine"; }
      export function healthCheck(): PluginHealth { return { status: answer() as "healthy" }; }`.replace(
        ' as "healthy"',
        target === "fast" ? "" : ' as "healthy"',
      ),
      { health_check: {} },
    );
    await expect(plugin.call("health_check", "")).rejects.toThrow("healthCheck must return");
  });

  test("the clock runs, and random numbers are the host's", async () => {
    const clock = new ManualClock();
    const plugin = await start(
      `export function beforeRequest(): Reply {
        const random = Math.random();
        return Reply.text(200, \`\${Date.now()} \${random >= 0 && random < 1} \${random}\`);
      }`,
      { before_request: {} },
      { clock },
    );
    const read = async (): Promise<string[]> =>
      bodyOf(await plugin.call("before_request", headOf("GET /"))).split(" ");
    const [before = "", , first] = await read();
    clock.advance(5000);
    const [after = "", isFraction, second] = await read();
    expect(Number(after) - Number(before)).toBe(5000);
    expect(isFraction).toBe("true");
    expect(first).not.toBe(second);
  });

  test("a reply may be made once for all calls", async () => {
    const plugin = await start(
      `const denied = Reply.text(403, "no");
      export function beforeRequest(request: Request): Reply | null {
        request.provide("path", request.path);
        return denied;
      }`,
      { before_request: {} },
    );
    const call = async (): Promise<string> => plugin.call("before_request", headOf("GET /a"));
    const output = '!403\n+content-type: text/plain; charset=utf-8\n=path: "/a"\n\nno';
    expect([await call(), await call()]).toEqual([output, output]);
  });

  test.each<[HookName, string, string]>([
    ["process_endpoint", "request.setHeader('a', 'b')", "cannot change the request"],
    ["after_response", "request.setTarget('/')", "cannot change the request"],
    ["after_response", "request.text()", "the body of the reply"],
    ["after_response", "reply.text()", "hooks.after_response.reads.body"],
    ["after_response", "reply.header('a')", "hooks.after_response.reads.response_headers"],
  ])("%s with %s fails", async (hook, statement, message) => {
    const plugin = await start(
      hook === "after_response"
        ? `export function afterResponse(request: Request, reply: Reply): void { ${statement}; }`
        : `export function processEndpoint(request: Request): Reply { ${statement}; return Reply.empty(200); }`,
      { [hook]: {} },
    );
    const status = hook === "after_response" ? ["!200"] : [];
    await expect(plugin.call(hook, headOf("GET /", [], status))).rejects.toThrow(message);
  });
});

test("a request that outlives its call can be read no more", async () => {
  const source = `${IMPORTS}
    let kept: Request | null = null;
    export function beforeRequest(request: Request): Reply | null {
      const last = kept;
      kept = request;
      return last === null ? null : Reply.text(200, last.target);
    }`;
  const plugin = await startFor("fast", source, { before_request: {} });
  await plugin.call("before_request", headOf("GET /"));
  await expect(plugin.call("before_request", headOf("GET /"))).rejects.toThrow(
    "only while the hook that was given it runs",
  );
});
