import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import type { EditsHookName } from "../../../host/src/contracts/hooks.ts";
import { WORLDS, type StartPlugin } from "../../support/direct-plugin.ts";
import { headOf } from "../../support/plugins.ts";

const AUTHOR_NAMES = {
  before_request: "beforeRequest(request: Request)",
  process_endpoint: "processEndpoint(request: Request)",
  after_response: "afterResponse(request: Request, reply: Reply)",
} as const;

interface Input {
  readonly head?: string;
  readonly body?: string;
  readonly reads?: JsonObject;
}

/** Makes a function that answers the output of one hook with this body. */
function runner(start: StartPlugin) {
  return async (hook: EditsHookName, statements: string, input: Input = {}): Promise<string> => {
    const source = `
      import { Reply, type Request } from "@backworks/pdk";
      export ${statements.includes("await ") ? "async " : ""}function ${AUTHOR_NAMES[hook]} {
        ${statements}
      }`;
    const plugin = await start(source, { [hook]: { reads: input.reads ?? {} } });
    const status = hook === "after_response" ? ["!200", "x-a: 1", "x-a: 2"] : [];
    return plugin.call(hook, input.head ?? headOf("GET /", ["x-a: request"], status), input.body);
  };
}

describe.each(WORLDS)("%s", (_world, start) => {
  const run = runner(start);

  test.each([
    ["", ""],
    ["return;", ""],
    ["return null;", ""],
    ['request.setHeader("X-Seen", "yes");', "+x-seen: yes\n"],
    ['request.appendHeader("via", "a: b\\t"); request.removeHeader("Via")', "&via: a: b\t\n-via\n"],
    ['request.setTarget("/a?b"); request.setTarget("/c");', ">/c\n"],
    ['request.provide("a.b", { x: "\\n" });', '=a.b: {"x":"\\n"}\n'],
    ['request.setBody("text");', "\ntext"],
    ['request.setBody("");', "\n"],
    ['request.setHeader("a", "1"); request.setBody("ü\\n");', "+a: 1\n\nü\n"],
    ["request.setBody(new Uint8Array([97, 10]));", "\na\n"],
    ['request.setHeader("a", "\\u00e9");', "+a: é\n"],
  ])("beforeRequest with %j makes the edits %j", async (statements, output) => {
    expect(await run("before_request", statements)).toBe(output);
  });

  test.each([
    ['Reply.text(403, "no")', "!403\n+content-type: text/plain; charset=utf-8\n\nno"],
    ['Reply.json(200, { a: "ü" })', '!200\n+content-type: application/json\n\n{"a":"ü"}'],
    ["Reply.empty(204)", "!204\n"],
    [
      'Reply.bytes(200, new Uint8Array([0x61]), "image/png")',
      "!200\n+content-type: image/png\n\na",
    ],
    [
      'Reply.problem(422, { title: "Bad", line: 3 })',
      '!422\n+content-type: application/problem+json\n\n{"title":"Bad","line":3,"status":422}',
    ],
    ['Reply.text(200, "\\ud83d")', "!200\n+content-type: text/plain; charset=utf-8\n\n\ufffd"],
  ])("%s is printed whole, as an answer and as an endpoint's", async (reply, output) => {
    expect(await run("process_endpoint", `return ${reply};`)).toBe(output);
    expect(await run("before_request", `return ${reply};`)).toBe(output);
  });

  test("a made reply can be changed before it is returned", async () => {
    const statements = `
    const reply = Reply.json(200, [1]);
    reply.status = 201;
    reply.appendHeader("set-cookie", "a=1");
    reply.appendHeader("set-cookie", "b=2");
    reply.setHeader("x-read", [reply.header("Content-Type"), ...reply.headers("set-cookie")].join());
    reply.removeHeader("nothing");
    reply.setBody(JSON.stringify({ was: reply.json(), bytes: reply.bytes().length }));
    return reply;`;
    expect(await run("process_endpoint", statements)).toBe(
      "!201\n+content-type: application/json\n&set-cookie: a=1\n&set-cookie: b=2\n" +
        '+x-read: application/json,a=1,b=2\n-nothing\n\n{"was":[1],"bytes":3}',
    );
  });

  test("what a hook's own reply does not have is empty", async () => {
    const statements = `
    const made = Reply.empty(204);
    return Reply.json(200, [made.text(), made.bytes().length, made.headers("x-a"), made.header("x-a")]);`;
    expect(await run("process_endpoint", statements)).toMatch(/\["",0,\[\],null\]$/);
  });

  test("an answer of beforeRequest keeps provided values and drops edits of the request", async () => {
    const statements = `
    request.setHeader("x-lost", "=no: 1");
    request.provide("kept", 1);
    return Reply.empty(204);`;
    expect(await run("before_request", statements)).toBe("!204\n=kept: 1\n");
  });

  test("what a hook wrote to its request it reads back", async () => {
    const statements = `
    request.setHeader("X-A", "1");
    request.appendHeader("x-a", "2");
    request.appendHeader("x-b", "3");
    request.setTarget("/new?q=1");
    request.provide("k", [1]);
    request.setBody("body");
    const seen = [request.headers("x-a"), request.header("x-b"), request.target, request.path];
    request.removeHeader("x-a");
    return Reply.json(200, [...seen, request.query("q"), request.header("x-a"), request.context("k"),
      request.text(), request.bytes().length, request.method]);`;
    const reads = { headers: ["x-a", "x-b"], context: ["k"] };
    const output = await run("before_request", statements, { reads });
    expect(JSON.parse(output.slice(output.indexOf("\n\n") + 2))).toEqual([
      ["1", "2"],
      "3",
      "/new?q=1",
      "/new",
      "1",
      null,
      [1],
      "body",
      4,
      "GET",
    ]);
  });

  test.each([
    ["", ""],
    ["return undefined;", ""],
    ["reply.status = 404; reply.status = 500;", "!500\n"],
    ['reply.setHeader("x", String(reply.status));', "+x: 200\n"],
    ['reply.setBody("new"); request.provide("a", 1);', "=a: 1\n\nnew"],
    ['reply.setHeader("b", reply.headers("x-a").join());', "+b: 1,2\n"],
    ['reply.setHeader("b", String(request.headers("x-a")));', "+b: request\n"],
    ['reply.setHeader("b", String(request.header("x-a")));', "+b: request\n"],
    [
      'reply.removeHeader("x-a"); reply.setHeader("b", String(reply.header("x-a")));',
      "-x-a\n+b: null\n",
    ],
    ["reply.setBody(reply.text().toUpperCase());", "\nBODY"],
    ["reply.setBody(reply.bytes());", "\nbody"],
    ["await null; reply.setBody(reply.text());", "\nbody"],
  ])("afterResponse with %j makes the edits %j", async (statements, output) => {
    const reads = { headers: ["x-a"], response_headers: ["x-a"], body: "text" };
    expect(await run("after_response", statements, { reads, body: "body" })).toBe(output);
  });

  test("a request header that looks like a status line does not end the request", async () => {
    const reads = { headers: ["*"], response_headers: ["*"] };
    const head = headOf("GET /", ["!404: x", "x-a: request"], ["!200", "x-a: reply"]);
    const statements = `reply.setHeader("b", [reply.status, request.header("x-a"), reply.header("x-a"),
    request.header("!404")].join());`;
    expect(await run("after_response", statements, { reads, head })).toBe(
      "+b: 200,request,reply,x\n",
    );
  });

  test.each<[EditsHookName, string, string]>([
    ["before_request", 'request.setHeader("a b", "x");', '"a b" is no header name'],
    ["before_request", 'request.setHeader("", "x");', '"" is no header name'],
    [
      "before_request",
      'request.setHeader("a", "x\\n+b: y");',
      'header a has "\\n", which no header can carry',
    ],
    [
      "before_request",
      'request.appendHeader("a", "\\n");',
      'header a has "\\n", which no header can carry',
    ],
    ["before_request", 'request.setTarget("a");', '"a" is no path and query'],
    ["before_request", 'request.setTarget("/a b");', "is no path and query"],
    ["before_request", 'request.setTarget("/a\\n!200");', "is no path and query"],
    ["before_request", 'request.provide("A", 1);', 'the context key "A"'],
    [
      "before_request",
      'request.provide("auth", 1);',
      'the context key "auth" is set by authenticate hooks alone',
    ],
    ["before_request", 'request.provide("a", undefined);', "context key a is no JSON"],
    ["before_request", "request.setBody({} as string);", "a body is a string or a Uint8Array"],
    ["before_request", "return {} as Reply;", "it returned an object"],
    ["before_request", "return 5 as unknown as Reply;", "it returned 5"],
    ["before_request", "return Reply.empty(99);", "the status 99"],
    ["before_request", 'return Reply.text(600, "");', "the status 600"],
    ["before_request", "return Reply.json(200, undefined);", "a undefined is no JSON"],
    ["process_endpoint", "return undefined as unknown as Reply;", "must return a Reply"],
    [
      "process_endpoint",
      'request.setHeader("a", "b"); return Reply.empty(200);',
      "change the reply",
    ],
    ["process_endpoint", 'request.setTarget("/"); return Reply.empty(200);', "change the reply"],
    ["process_endpoint", 'request.setBody(""); return Reply.empty(200);', "change the reply"],
    ["after_response", "return reply;", "it returned a Reply"],
    ["after_response", "reply.status = 1.5;", "the status 1.5"],
    ["after_response", "reply.text();", "hooks.after_response.reads.body"],
    ["after_response", "request.text();", "given the body of the reply"],
    ["after_response", 'reply.header("b");', "hooks.after_response.reads.response_headers"],
  ])("%s with %j fails and says why", async (hook, statements, message) => {
    await expect(run(hook, statements)).rejects.toMatchObject({ code: "guest_failed" });
    await expect(run(hook, statements)).rejects.toThrow(message);
  });

  test("a body cannot be read once its hook is over", async () => {
    const source = `
    import type { Request } from "@backworks/pdk";
    let last: Request | undefined;
    export function beforeRequest(request: Request): void {
      last?.text();
      last = request;
    }`;
    const plugin = await start(source, { before_request: { reads: { body: "text" } } });
    await plugin.call("before_request", headOf("POST /"), "first caller's secret");
    await expect(plugin.call("before_request", headOf("POST /"), "second")).rejects.toThrow(
      "only while the hook",
    );
  });
});
