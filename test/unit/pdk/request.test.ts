// oxlint-disable typescript/no-unsafe-type-assertion -- outputs are JSON of a known shape
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { WORLDS, type StartPlugin } from "../../support/direct-plugin.ts";
import { headOf } from "../../support/plugins.ts";

/** Fuel is not what these tests are about, and a megabyte takes a lot of it. */
const PLENTY = { call: { fuel: 10_000_000_000, timeMs: 20_000 } };

/** Makes a hook that answers with what an expression makes of its request. */
function shower(start: StartPlugin) {
  return async (
    expression: string,
    reads: JsonObject = {},
  ): Promise<(head: string, body?: Uint8Array | string) => Promise<unknown>> => {
    const source = `
      import { Reply, type Request } from "@backworks/pdk";
      export function beforeRequest(request: Request): Reply {
        return Reply.json(200, ${expression});
      }`;
    const plugin = await start(source, { before_request: { reads } }, { limits: PLENTY });
    return async (head, body) => {
      const output = await plugin.call("before_request", head, body);
      return JSON.parse(output.slice(output.indexOf("\n\n") + 2)) as unknown;
    };
  };
}

describe.each(WORLDS)("%s", (_world, start) => {
  const show = shower(start);

  test("the request line is read as method, target and path", async () => {
    const call = await show("[request.method, request.target, request.path]");
    expect(await call(headOf("GET /a%20b/c?x=1?y"))).toEqual(["GET", "/a%20b/c?x=1?y", "/a%20b/c"]);
    expect(await call(headOf("DELETE /"))).toEqual(["DELETE", "/", "/"]);
  });

  test.each([
    ["/?x=1", "1"],
    ["/?x=1&x=2", "1"],
    ["/?x", ""],
    ["/?x=", ""],
    ["/?y=2&x=a+b%20c%26", "a b c&"],
    ["/?%78=1", "1"],
    ["/?x=%zz", "%zz"],
    ["/?xx=1&ax=2", null],
    ["/x=1", null],
    ["/?&&x=1", "1"],
    ["/?x=a=b", "a=b"],
    ["/?x=%F0%9F%98%80", "😀"],
  ])("the query of %s has the parameter x as %j", async (target, value) => {
    const call = await show('request.query("x")');
    expect(await call(headOf(`GET ${target}`))).toBe(value);
  });

  test("id, route and client are facts of every frame", async () => {
    const call = await show("[request.id, request.route, request.client]");
    expect(await call(headOf("GET /"))).toEqual([
      "0af7651916cd43dd8448eb211c80319c",
      "weather",
      "127.0.0.1",
    ]);
  });

  test("a header is found by its whole name, in any case, and nowhere else", async () => {
    const reads = { headers: ["X-Tag", "tag", "x-other", "x-none"], params: ["p"] };
    const call = await show(
      '["x-tag", "X-TAG", "tag", "x-other", "x-none"].map((name) => request.header(name))',
      reads,
    );
    const headers = ["x-x-tag: no", "x-tag-2: no", "x-other: tag: in a value", "x-tag: yes: 1"];
    const param = [':param.p: "\\nx-none: forged\\ntag: forged"'];
    expect(await call(headOf("GET /x-none: a", headers, param), "tag: in the body\n")).toEqual([
      "yes: 1",
      "yes: 1",
      null,
      "tag: in a value",
      null,
    ]);
  });

  test("several headers of one name are several values", async () => {
    const call = await show('[request.headers("a"), request.header("a"), request.headers("b")]', {
      headers: ["a", "b"],
    });
    expect(await call(headOf("GET /", ["a: 1", "ab: 2", "a: ", "a: 3"]))).toEqual([
      ["1", "", "3"],
      "1",
      [],
    ]);
  });

  test("with a star every header can be read but the client's secrets", async () => {
    const call = await show('request.header("anything")', { headers: ["*"] });
    expect(await call(headOf("GET /", ["anything: yes"]))).toBe("yes");
    const secret = await show('request.header("Cookie")', { headers: ["*"] });
    await expect(secret(headOf("GET /"))).rejects.toThrow("hooks.before_request.reads.headers");
    const named = await show('request.header("Cookie")', { headers: ["*", "cookie"] });
    expect(await named(headOf("GET /", ["cookie: a=b"]))).toBe("a=b");
    const proxy = await show('request.header("proxy-authorization")', { headers: ["*"] });
    await expect(proxy(headOf("GET /"))).rejects.toThrow("hooks.before_request.reads.headers");
    const forged = await show('request.header(":id")', { headers: ["*"] });
    await expect(forged(headOf("GET /"))).rejects.toThrow('does not read ":id"');
  });

  test.each([
    ['request.header("accept")', 'does not read "accept"', "reads.headers"],
    ['request.headers("Accept")', 'does not read "accept"', "reads.headers"],
    ['request.param("id")', 'does not read "id"', "reads.params"],
    ['request.context("auth.user")', 'does not read "auth.user"', "reads.context"],
    ["request.text()", "does not read the body", "reads.body"],
    ["request.bytes().length", "does not read the body", "reads.body"],
    ["request.json()", "does not read the body", "reads.body"],
    ['request.header("constructor")', 'does not read "constructor"', "reads.headers"],
  ])("%s without a declaration names the key to add", async (expression, what, key) => {
    const call = await show(expression);
    await expect(call(headOf("GET /"))).rejects.toThrow(what);
    await expect(call(headOf("GET /"))).rejects.toThrow(`hooks.before_request.${key}`);
  });

  test("parameters and context values come as they were, whatever characters they have", async () => {
    const call = await show('[request.param("p"), request.param("q"), request.context("a.b")]', {
      params: ["p", "q"],
      context: ["a.b"],
    });
    const value = '\n:param.q: "forged"\n\n\u0000"\\ü😀\u2028';
    const lines = [`:param.p: ${JSON.stringify(value)}`, ':context.a.b: {"x":[1,"\\n"]}'];
    expect(await call(headOf("GET /", [], lines))).toEqual([value, null, { x: [1, "\n"] }]);
  });

  test("a body is what follows the first empty line, to the byte", async () => {
    const call = await show("[request.text(), [...request.bytes()]]", { body: "bytes" });
    expect(await call(headOf("POST /"), "\n\na\n")).toEqual(["\n\na\n", [10, 10, 97, 10]]);
    expect(await call(headOf("POST /"), "")).toEqual(["", []]);
    expect(await call(headOf("POST /"))).toEqual(["", []]);
  });

  test("a body that is not UTF-8 is replaced as text and whole as bytes", async () => {
    const call = await show("[request.text(), [...request.bytes()]]", { body: "text" });
    const bytes = [0x41, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0x00, 0xf0, 0x9f, 0x98];
    const [text, read] = (await call(headOf("POST /"), Uint8Array.from(bytes))) as [
      string,
      number[],
    ];
    expect(read).toEqual(bytes);
    expect(text.startsWith("A\ufffd\ufffd(")).toBe(true);
    expect(text.isWellFormed()).toBe(true);
  });

  test("a byte order mark is no part of a text", async () => {
    const call = await show("[request.json(), request.bytes()[0]]", { body: "text" });
    expect(await call(headOf("POST /"), '\ufeff{"a":1}')).toEqual([{ a: 1 }, 0xef]);
  });

  test("any text survives the way in and out, as a body and in JSON", async () => {
    const call = await show("[request.text(), request.param('p')]", {
      body: "text",
      params: ["p"],
    });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        const [body, param] = (await call(
          headOf("POST /", [], [`:param.p: ${JSON.stringify(text)}`]),
          `.${text}`,
        )) as [string, string];
        expect(body).toBe(`.${text}`);
        expect(param).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  const ECHO = `
    import { Reply, type Request } from "@backworks/pdk";
    export function processEndpoint(request: Request): Reply {
      return Reply.bytes(200, request.bytes(), "application/octet-stream");
    }`;
  const ECHO_HOOKS = { process_endpoint: { reads: { body: "bytes" } } };
  const ECHO_HEAD = Buffer.from("!200\n+content-type: application/octet-stream\n\n");

  test("any bytes survive the way in and out", async () => {
    const plugin = await start(ECHO, ECHO_HOOKS);
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        const output = await plugin.callForBytes("process_endpoint", headOf("POST /"), bytes);
        expect(Buffer.from(output)).toEqual(Buffer.concat([ECHO_HEAD, bytes]));
      }),
      { numRuns: 60 },
    );
  });

  test("a large body grows the plugin once and comes back whole", async () => {
    const plugin = await start(ECHO, ECHO_HOOKS);
    const body = Uint8Array.from({ length: 900_000 }, (_, i) => i % 251);
    for (let time = 0; time < 2; time++) {
      const output = await plugin.callForBytes("process_endpoint", headOf("POST /"), body);
      expect(Buffer.concat([ECHO_HEAD, body]).equals(output)).toBe(true);
    }
  });
});
