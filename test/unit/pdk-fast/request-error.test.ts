import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { headOf } from "../../support/plugins.ts";
import { buildFor, startFor, TARGETS } from "./fast-plugins.ts";

/** A case for each path, so that one build serves many tests; thrown here and in another file. */
const SOURCE = `
import { Reply, RequestError, type Request } from "@backworks/pdk";
import { check, conflict } from "./check.ts";

export function beforeRequest(request: Request): void {
  request.setHeader("x-lost", "1");
  request.provide("kept", "=");
  const path = request.path;
  if (path === "/status") throw new RequestError(500, "mine");
  if (path === "/other") throw new TypeError("other");
  if (path === "/made") throw conflict("Größe \\ud83d\\ude00\\n\\"");
  check(path);
}
export function processEndpoint(request: Request): Reply {
  check(request.path);
  return Reply.text(200, "fine");
}
export function afterResponse(request: Request, reply: Reply): void {
  check(request.path);
}
export function onCall(): string {
  throw new RequestError(422, "on_call");
}`;

const CHECK = `
import * as pdk from "@backworks/pdk";
export function check(path: string): void {
  if (path === "/no-id") throw new pdk.RequestError(422, "no id");
  if (path === "/odd") throw new pdk.RequestError(499, "");
}
export function conflict(detail: string): Error {
  return new pdk.RequestError(409, detail);
}`;

const HOOKS = { before_request: {}, process_endpoint: {}, after_response: {}, on_call: {} };

function problem(status: number, title: string, detail: string, provided = ""): string {
  const body = JSON.stringify({ title, detail, status });
  return `!${status}\n+content-type: application/problem+json\n${provided}\n${body}`;
}

describe.each(TARGETS)("in the %s target", (target) => {
  const start = async () => startFor(target, SOURCE, HOOKS, { files: { "src/check.ts": CHECK } });

  test.each([
    ["before_request", "/no-id", problem(422, "Unprocessable Content", "no id", '=kept: "="\n')],
    ["before_request", "/made", problem(409, "Conflict", 'Größe 😀\n"', '=kept: "="\n')],
    ["before_request", "/odd", problem(499, "Bad Request", "", '=kept: "="\n')],
    ["process_endpoint", "/no-id", problem(422, "Unprocessable Content", "no id")],
  ] as const)("a RequestError of %s answers %s", async (hook, path, expected) => {
    const plugin = await start();
    for (let times = 0; times < 3; times++) {
      expect(await plugin.call(hook, headOf(`GET ${path}`))).toBe(expected);
    }
    expect(await plugin.call("process_endpoint", headOf("GET /"))).toContain("fine");
  });

  test.each([
    ["after_response", "/no-id", "RequestError: no id\n    at "],
    ["on_call", "/", "RequestError: on_call\n    at "],
    [
      "before_request",
      "/status",
      "RangeError: a request that the client has to put right is answered with 400 to 499, not 500",
    ],
    ["before_request", "/other", "TypeError: other\n    at "],
  ] as const)("%s fails with %s", async (hook, path, message) => {
    const plugin = await start();
    // What an earlier call could have answered is not its.
    await plugin.call("before_request", headOf("GET /no-id"));
    const head = hook === "on_call" ? "" : headOf(`GET ${path}`, [], ["!200"]);
    await expect(plugin.call(hook, head)).rejects.toThrow(message);
  });
});

test("a source that throws none has nothing of it", async () => {
  const source = (thrown: string): string => `
    import { Request, RequestError } from "@backworks/pdk";
    export function beforeRequest(request: Request): void { if (request.path === "/x") throw new ${thrown}; }`;
  const hooks = { before_request: {} };
  const without = await buildFor("fast", source('Error("")'), hooks);
  const text = Buffer.from(without.bytes).toString("latin1");
  expect(text).not.toContain("statusTitle");
  const using = await buildFor("fast", source('RequestError(400, "")'), hooks);
  expect(using.bytes.length).toBeGreaterThan(without.bytes.length + 2000);
});
