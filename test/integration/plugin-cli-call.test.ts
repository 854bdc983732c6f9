import { beforeAll, describe, expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { parse, run } from "../support/plugin-command.ts";
import { buildFiles } from "../support/plugins.ts";
import { runCommand, startCommand } from "../support/terminal.ts";
import type { CommandResult } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

describe("plugin call", () => {
  let echo: Uint8Array;

  beforeAll(async () => {
    const built = await buildFiles({
      "plugin.yaml": JSON.stringify({
        name: "echo",
        version: "1.0.0",
        hooks: {
          before_request: { reads: { headers: ["x-user"] } },
          process_endpoint: {
            reads: { headers: ["accept"], params: ["id"], context: ["user"], body: "text" },
          },
          after_response: { reads: { response_headers: ["etag"], body: "text" } },
          health_check: {},
        },
        config_schema: {
          type: "object",
          additionalProperties: false,
          properties: { greeting: { type: "string" } },
        },
        capabilities: { http: { hosts: ["https://api.test"] } },
      }),
      "src/plugin.ts": `
        import { Reply, Request, config, log } from "@backworks/pdk";
        export function beforeRequest(request: Request) {
          if (request.header("x-user") === null) return Reply.problem(401, { title: "who?" });
          request.setHeader("x-seen", "yes");
          request.removeHeader("x-user");
          request.setTarget("/rewritten");
          request.provide("user", { id: 7 });
        }
        export function processEndpoint(request: Request) {
          if (request.path === "/fail") throw new Error("no such station");
          if (request.path === "/spin") for (;;);
          log.info("asked by " + request.header("accept"));
          return Reply.json(200, {
            greeting: config.get("greeting"),
            method: request.method, path: request.path, q: request.query("q"),
            id: request.param("id"), user: request.context("user"), body: request.text(),
          });
        }
        export function afterResponse(_: Request, reply: Reply) {
          reply.setHeader("x-was", reply.status + " " + reply.header("etag") + " " + reply.text());
        }
        export function healthCheck() { return { status: "healthy" as const }; }`,
    });
    echo = built.bytes;
  });

  const call = async (...args: string[]): Promise<CommandResult> =>
    run(["call", "echo.wasm", ...args], {
      "echo.wasm": echo,
      "body.txt": "from a file",
      "config.yaml": "greeting: hello\n",
      "wrong.yaml": "greting: hello\n",
      "list.yaml": "- hello\n",
    });

  const fuelOf = async (): Promise<unknown> =>
    parse(await call("process_endpoint", "--json", "-b", "x"))["fuel"];

  test("shows the edits, the output, what was used and what was logged", async () => {
    const { exit, out, err } = await call(
      "process_endpoint",
      "-r",
      "POST /items/7?q=x",
      "-H",
      "Accept: text/html",
      "-p",
      "id=7",
      "--context",
      'user={"id": 1}',
      "-b",
      "some text",
      "-c",
      "config.yaml",
    );
    expect(exit).toBe(0);
    expect(out).toMatch(
      /^process_endpoint of echo 1\.0\.0\nedits\n {2}status +200\n {2}sets +content-type: application\/json\n {2}body +\d+ bytes\noutput\n {2}\| !200\n/,
    );
    expect(out).toContain(
      '| {"greeting":"hello","method":"POST","path":"/items/7","q":"x","id":"7","user":{"id":1},"body":"some text"}',
    );
    expect(out).toMatch(
      /used\n {2}fuel +[\d,]+ of 11,000,000 \(\d+\.\d %\)\n {2}time +\d+\.\d{3} ms/,
    );
    expect(out).toMatch(/log\n {2}info +asked by text\/html\n$/);
    expect(err).toContain("note  it asks for http to https://api.test:443, which is not granted");
  });

  test("--json has the same as data", async () => {
    const result = await call("process_endpoint", "--json", "--body", "body.txt");
    expect(parse(result)).toMatchObject({
      ok: true,
      plugin: "echo",
      hook: "process_endpoint",
      output: expect.stringMatching(/^!200\n/),
      edits: { status: 200, body: expect.stringContaining('"body":"from a file"') },
      fuel: expect.any(Number),
      fuelLimit: 11_000_000,
      memoryBytes: expect.any(Number),
      durationMs: expect.any(Number),
      logs: [{ level: "info", text: "asked by null" }],
      errors: [],
    });
  });

  test("the same call uses the same fuel", async () => {
    expect(await fuelOf()).toBe(await fuelOf());
  });

  test("before_request: says what it changes, and when it answers at once", async () => {
    const changed = await call("before_request", "-H", "x-user: ann");
    expect(changed.out).toMatch(/sets +x-seen: yes/);
    expect(changed.out).toMatch(/removes +x-user/);
    expect(changed.out).toMatch(/rewrites the target to +\/rewritten/);
    expect(changed.out).toMatch(/provides user +\{"id":7\}/);
    const answered = await call("before_request");
    expect(answered.out).toMatch(/answers now with +401/);
  });

  test("after_response: is shown the answer of the command line", async () => {
    const { out } = await call(
      "after_response",
      "--status",
      "404",
      "--response-header",
      "ETag: 5",
      "-b",
      "gone",
    );
    expect(out).toMatch(/sets +x-was: 404 5 gone/);
  });

  test("hooks that see no request answer what they answer", async () => {
    const { exit, out } = await call("health_check");
    expect([exit, out]).toEqual([0, expect.stringContaining('| {"status":"healthy"}')]);
  });

  test("a whole frame comes from a file or from standard input", async () => {
    await using folder = await TestFolder.create({ "echo.wasm": echo });
    const frame = 'PUT /framed\n:id: "1"\n:route: "r"\n:client: "c"\n\nbody';
    const started = startCommand(["plugin", "call", "echo.wasm", "process_endpoint", "-i", "-"], {
      directory: folder.path,
      input: frame,
    });
    expect((await started.ended).out).toContain('"method":"PUT","path":"/framed"');
    await folder.write({ "frame.txt": frame });
    const args = ["plugin", "call", "echo.wasm", "process_endpoint", "-i", "frame.txt"];
    expect((await runCommand(args, folder.path)).out).toContain('"body":"body"');
    const missing = await runCommand([...args.slice(0, -1), "no.txt"], folder.path);
    expect([missing.exit, missing.err]).toEqual([2, expect.stringContaining("--input no.txt")]);
  });

  test("a call that fails shows why and what it used, and exits with 1", async () => {
    const { exit, out } = await call("process_endpoint", "-r", "GET /fail");
    expect(exit).toBe(1);
    expect(out).toMatch(/used\n {2}fuel +[\d,]+ of/);
    expect(out).toMatch(/error guest_failed\n {2}.*no such station/);
    expect(parse(await call("process_endpoint", "-r", "GET /fail", "--json"))).toMatchObject({
      ok: false,
      fuel: expect.any(Number),
      errors: [{ code: "guest_failed" }],
    });
  });

  test("fuel is what the command line gives", async () => {
    const { exit, out } = await call("process_endpoint", "-r", "GET /spin", "--fuel", "50000");
    expect(exit).toBe(1);
    expect(out).toMatch(/fuel +[\d,]+ of 50,000 \(1\d\d\.\d %\)/);
    expect(out).toContain("error guest_fuel_exhausted");
  });

  test("a malformed answer is shown as it came", async () => {
    const bytes = withManifest(
      answering("process_endpoint", "!200\nnot an edit\n"),
      manifestOf("bad"),
    );
    const { exit, out } = await run(["call", "b.wasm", "process_endpoint"], { "b.wasm": bytes });
    expect(exit).toBe(1);
    expect(out).toMatch(/output\n {2}\| !200\n {2}\| not an edit\n/);
    expect(out).toMatch(/error guest_output_malformed\n.*line 2/);
  });

  test("an edit without the right to it is an error", async () => {
    const bytes = withManifest(
      answering("process_endpoint", "!404\n"),
      manifestOf("bad", "process_endpoint", { hooks: { process_endpoint: { writes: {} } } }),
    );
    const { exit, out } = await run(["call", "b.wasm", "process_endpoint"], { "b.wasm": bytes });
    expect([exit, out]).toEqual([1, expect.stringContaining("guest_write_denied")]);
  });

  test("output that is no text is shown in hex, and as base64 in JSON", async () => {
    const bytes = withManifest(answering("process_endpoint", "!200\n\n\u00ff"), manifestOf("bin"));
    const raw = Buffer.from(bytes);
    // In the data segment the text is UTF-8; one byte of it alone is not.
    raw[raw.indexOf(Buffer.from("!200\n\n\u00ff")) + 6] = 0xff;
    const files = { "b.wasm": Uint8Array.from(raw) };
    expect((await run(["call", "b.wasm", "process_endpoint"], files)).out).toContain(
      "| 213230300a0aff",
    );
    expect(parse(await run(["call", "b.wasm", "process_endpoint", "--json"], files))).toMatchObject(
      {
        outputEncoding: "base64",
      },
    );
  });

  test("of a long output the beginning is shown", async () => {
    const frame = `!200\n\n${"x".repeat(5000)}`;
    const bytes = withManifest(answering("process_endpoint", frame), manifestOf("long"));
    const { out } = await run(["call", "b.wasm", "process_endpoint"], { "b.wasm": bytes });
    expect(out).toContain("and 910 bytes more");
    expect(out).toMatch(/memory +64 KiB/);
  });

  test("a hook that changes nothing says so", async () => {
    const bytes = withManifest(
      answering("before_request", ""),
      manifestOf("idle", "before_request"),
    );
    const { out } = await run(["call", "b.wasm", "before_request"], { "b.wasm": bytes });
    expect(out).toContain("edits nothing\noutput nothing\nused");
  });

  test("appended headers are told from those that are set", async () => {
    const bytes = withManifest(
      answering("process_endpoint", "&vary: accept\n"),
      manifestOf("append"),
    );
    const { out } = await run(["call", "b.wasm", "process_endpoint"], { "b.wasm": bytes });
    expect(out).toMatch(/appends +vary: accept/);
  });

  test("a context value that is no JSON is a text", async () => {
    const { out } = await call("process_endpoint", "--context", "user=ann");
    expect(out).toContain('"user":"ann"');
  });

  test("a guest that does not start shows what it logged", async () => {
    const bytes = withManifest(
      wat(`(module (func $begin unreachable) (start $begin)
        (func (export "process_endpoint") (result i32) (i32.const 0)))`),
      manifestOf("stillborn"),
    );
    const { exit, out } = await run(["call", "b.wasm", "process_endpoint"], { "b.wasm": bytes });
    expect(exit).toBe(1);
    expect(out).toMatch(/used nothing\nlog nothing\nerror guest_trapped/);
  });

  test("what the guest does not see is noted", async () => {
    const { err } = await call("before_request", "-H", "accept: x", "-p", "id=1", "-b", "text");
    expect(err).toContain("before_request does not see the header accept");
    expect(err).toContain("before_request does not see the parameter id");
    expect(err).toContain("before_request does not see the body");
  });

  const WRONG: readonly (readonly [args: string[], exit: number, message: RegExp])[] = [
    [["proces_endpoint"], 2, /declares no hook "proces_endpoint".*did you mean process_endpoint/],
    [["initialize"], 2, /declares no hook "initialize"/],
    [["process_endpoint", "-r", "fetch it"], 2, /--request "fetch it": expected a method/],
    [["process_endpoint", "-H", "no colon"], 2, /--header "no colon": expected name: value/],
    [["process_endpoint", "-H", "a: b\nc: d"], 2, /--header "a: b[^]*expected name: value/],
    [["process_endpoint", "-p", "=x"], 2, /--param "=x": expected name=value/],
    [["after_response", "--status", "99"], 2, /--status 99: expected a number from 200 to 599/],
    [["process_endpoint", "--fuel", "none"], 2, /expected a number of units/],
    [["process_endpoint", "-c", "wrong.yaml"], 1, /config_invalid .*wrong\.yaml:1:1[^]*greeting/],
    [["process_endpoint", "-c", "list.yaml"], 1, /list\.yaml:1:1[^]*expected a map of keys/],
    [["process_endpoint", "-c", "no.yaml"], 3, /config_not_found/],
  ];

  test.each(WRONG)("%j is refused", async (args, exit, message) => {
    const result = await call(...args);
    expect([result.exit, result.err]).toEqual([exit, expect.stringMatching(message)]);
  });
});
