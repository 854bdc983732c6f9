import { describe, expect, test } from "vitest";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { statusTitle } from "../../../pdk-ts/src/runtime/status-title.ts";
import { WORLDS, type StartPlugin } from "../../support/direct-plugin.ts";
import { headOf } from "../../support/plugins.ts";

const PARAMETERS: Partial<Record<HookName, string>> = {
  before_request: "beforeRequest(request: Request): unknown",
  process_endpoint: "processEndpoint(request: Request): unknown",
  after_response: "afterResponse(request: Request, reply: Reply): void",
  authenticate: "authenticate(request: Request): unknown",
};

/** Makes a function that calls a hook made of these statements with a body. */
function runner(start: StartPlugin) {
  return async (hook: HookName, statements: string, body = ""): Promise<string> => {
    const source = `
      import { Reply, RequestError, type Request } from "@backworks/pdk";
      export ${statements.includes("await ") ? "async " : ""}function ${PARAMETERS[hook]} {
        ${statements}
      }`;
    const plugin = await start(source, { [hook]: { reads: { body: "text" } } });
    return plugin.call(hook, headOf("POST /", [], hook === "after_response" ? ["!200"] : []), body);
  };
}

function problem(status: number, title: string, detail: string): string {
  return `!${status}\n+content-type: application/problem+json\n\n${JSON.stringify({ title, detail, status })}`;
}

describe.each(WORLDS)("%s", (_world, start) => {
  const run = runner(start);

  test.each(["before_request", "process_endpoint"] as const)(
    "a RequestError of %s answers the request",
    async (hook) => {
      const expected = problem(422, "Unprocessable Content", 'no "id"');
      expect(await run(hook, "throw new RequestError(422, 'no \"id\"');")).toBe(expected);
      const later = "await null; throw new RequestError(422, 'no \"id\"');";
      expect(await run(hook, later)).toBe(expected);
    },
  );

  test("it keeps what was provided, and drops edits of the request", async () => {
    const statements = `
      request.setHeader("x-lost", "1");
      request.provide("kept", 1);
      throw new RequestError(409, "twice");`;
    const lines = "!409\n+content-type: application/problem+json\n=kept: 1\n\n";
    expect(await run("before_request", statements)).toContain(lines);
  });

  test.each(["{", "", "{'a': 1}", '"\n"', "{}x"])(
    "the body %j answers 400 by itself",
    async (body) => {
      const said = await run("process_endpoint", "return Reply.json(200, request.json());", body);
      // Each world says why in its own words.
      const detail =
        /"title":"Bad Request","detail":"the body is not JSON: [^"]+.*","status":400\}$/;
      expect(said).toMatch(detail);
      expect(said).toMatch(/^!400\n\+content-type: application\/problem\+json\n\n/);
    },
  );

  test("an author may answer otherwise", async () => {
    const statements = `
      try { return Reply.json(200, request.json()); }
      catch (error) { return Reply.text(400, String(error instanceof RequestError)); }`;
    expect(await run("process_endpoint", statements, "{")).toMatch(/^!400\n.*\n\ntrue$/);
    expect(await run("process_endpoint", statements, "[1]")).toMatch(/^!200\n.*\n\n\[1\]$/);
  });

  test.each([
    ["before_request", "request.setBody('{'); request.json();", "SyntaxError"],
    ["before_request", "throw new RequestError(500, 'mine');", "RangeError: a request that"],
    ["process_endpoint", "throw new RequestError(399, '');", "answered with 400 to 499, not 399"],
    ["process_endpoint", "throw new RequestError(404.5, '');", "not 404.5"],
    ["process_endpoint", "throw new (RequestError as any)();", "not undefined"],
    ["before_request", "throw { status: 400, message: 'not one' };", 'Thrown: {"status":400'],
    ["before_request", "await null; throw new Error('other');", "Error: other"],
    ["after_response", "throw new RequestError(400, 'late');", "RequestError: late"],
    ["authenticate", "request.json();", "RequestError: the body is not JSON"],
  ] as const)("%s fails with: %s", async (hook, statements, message) => {
    await expect(run(hook, statements, "{")).rejects.toThrow(message);
  });
});

test.each([
  [400, "Bad Request"],
  [413, "Content Too Large"],
  [451, "Unavailable For Legal Reasons"],
  [499, "Bad Request"],
])("the problem of %d is titled %s", (status, title) => {
  expect(statusTitle(status)).toBe(title);
});
