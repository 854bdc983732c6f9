import { describe, expect, test } from "vitest";
import { HOOKS } from "../../host/src/contracts/hooks.ts";
import { withManifest } from "../support/module.ts";
import { parse, run } from "../support/plugin-command.ts";
import { ECHO, scripted } from "../support/scripted.ts";
import type { Script } from "../support/scripted.ts";
import type { CommandResult } from "../support/terminal.ts";

const READS = { authenticate: { reads: { headers: ["authorization"] } } };

function plugin(script: Script): Uint8Array {
  const hooks = Object.keys(script(() => ""));
  const declared = Object.fromEntries(hooks.map((hook) => [hook, {}]));
  return withManifest(scripted(script), {
    abi: 1,
    name: "every",
    version: "1.0.0",
    hooks: { ...declared, ...("authenticate" in declared && READS) },
  });
}

const EVERY = plugin(() => Object.fromEntries(Object.keys(HOOKS).map((hook) => [hook, ECHO])));

const call = async (...args: string[]): Promise<CommandResult> =>
  run(["call", "every.wasm", ...args], { "every.wasm": EVERY, "config.yaml": "a: 1\n" });

const outputOf = async (...args: string[]): Promise<unknown> =>
  parse(await call(...args, "--json"))["output"];

describe("plugin call gives", () => {
  test.each<[hook: string, args: string[], input: string]>([
    ["start", [], ""],
    ["stop", [], ""],
    ["cleanup", [], ""],
    ["initialize", ["-c", "config.yaml"], '{"a":1}'],
    ["config_reload", ["-c", "config.yaml"], '{"a":1}'],
    ["on_call", ["-b", "any bytes"], "any bytes"],
    ["on_call", [], ""],
    ["collect_metrics", [], "null"],
    ["generate_alerts", ["-b", '{"cpu":0.9}'], '{"cpu":0.9}'],
    ["track_event", ["--body", "[1]"], "[1]"],
    ["generate_report", ["--body", '"daily"'], '"daily"'],
    ["on_schedule", [], '{"name":"call","at":"2026-01-01T00:00:00Z"}'],
    [
      "on_schedule",
      ["--context", "name=nightly"],
      '{"name":"nightly","at":"2026-01-01T00:00:00Z"}',
    ],
    ["on_schedule", ["-b", '{"name":"x"}'], '{"name":"x"}'],
    [
      "on_message",
      ["-b", "frame"],
      ':connection: "call"\n:peer: "127.0.0.1:50000"\n:local: "127.0.0.1:5000"\n\nframe',
    ],
    [
      "on_message",
      ["--context", "peer=plc:502", "--context", 'state={"seen":1}'],
      ':connection: "call"\n:peer: "plc:502"\n:local: "127.0.0.1:5000"\n:state: {"seen":1}\n\n',
    ],
    [
      "on_event",
      ["-b", "{}", "--context", "topic=orders.created", "--context", "publisher=shop"],
      ':topic: "orders.created"\n:publisher: "shop"\n:id: "00000000000000000000000000000000"\n\n{}',
    ],
    [
      "authenticate",
      ["-r", "GET /x", "-H", "authorization: Bearer 1", "-H", "accept: text/plain"],
      'GET /x\nauthorization: Bearer 1\n:id: "00000000000000000000000000000000"\n:route: "call"\n:client: "127.0.0.1"\n\n',
    ],
    [
      "authorize",
      ["--context", 'auth={"subject":"ann"}', "--context", "other=1"],
      'GET /\n:id: "00000000000000000000000000000000"\n:route: "call"\n:client: "127.0.0.1"\n:context.auth: {"subject":"ann"}\n\n',
    ],
    [
      "audit_log",
      ["--status", "403"],
      'GET /\n:id: "00000000000000000000000000000000"\n:route: "call"\n:client: "127.0.0.1"\n!403\n\n',
    ],
  ])("%s with %j what it is given in an application", async (hook, args, input) => {
    expect(await outputOf(hook, ...args)).toBe(input);
  });

  test("every hook of the ABI something, so that each can be tried", async () => {
    for (const hook of Object.keys(HOOKS)) {
      const answered = parse(await call(hook, "--json"));
      expect([hook, answered["fuel"]]).toEqual([hook, expect.any(Number)]);
    }
  });

  test.each<[args: string[], message: string]>([
    [["generate_alerts", "-b", "{"], "--body {: expected JSON: "],
    [["generate_alerts", "-b", "a.json"], "--body a.json (there is no file a.json, so that"],
    [["on_event", "--context", "peer=x"], "--context peer: on_event is told topic, publisher, id"],
    [["on_schedule", "--context", "topic=x"], "--context topic: on_schedule is told name, at"],
    [["on_message", "--context", "=x"], '--context "=x": expected name=value'],
  ])("%j nothing but an error", async (args, message) => {
    const result = await call(...args);
    expect([result.exit, result.err]).toEqual([2, expect.stringContaining(message)]);
  });
});

const say =
  (hook: string, output: string): Script =>
  (text) => ({ [hook]: `(call $say ${text(output)})` });

const answer = async (hook: string, output: string, ...args: string[]): Promise<CommandResult> =>
  run(["call", "p.wasm", hook, ...args], { "p.wasm": plugin(say(hook, output)) });

describe("plugin call shows", () => {
  test("who an authenticate hook says it is", async () => {
    const verdict = '{"outcome":"identified","subject":"ann","roles":["admin"],"claims":{"age":7}}';
    const { exit, out } = await answer("authenticate", verdict);
    expect(exit).toBe(0);
    expect(out).toMatch(/verdict\n {2}identified +ann\n {2}role +admin\n {2}claim age +7\noutput/);
    expect(parse(await answer("authenticate", verdict, "--json"))["verdict"]).toEqual({
      outcome: "identified",
      subject: "ann",
      roles: ["admin"],
      claims: { age: 7 },
    });
  });

  test("why a hook denies, with the status that the client gets", async () => {
    const { out } = await answer(
      "authenticate",
      '{"outcome":"denied","reason":"no token","challenge":"Bearer"}',
    );
    expect(out).toMatch(
      /verdict\n {2}denied +no token\n {2}status +401\n {2}challenge +Bearer\noutput/,
    );
    const bare = await answer("authenticate", '{"outcome":"denied","reason":"no token"}');
    expect(bare.out).toContain(
      `challenge  Bearer realm="protected" (the host's: the verdict names none)\n`,
    );
    const denied = parse(
      await answer("authorize", '{"outcome":"denied","reason":"not yours"}', "--json"),
    );
    expect(denied["verdict"]).toEqual({ outcome: "denied", reason: "not yours", status: 403 });
  });

  test("that a hook allows, or has no opinion", async () => {
    expect((await answer("authorize", '{"outcome":"allowed"}')).out).toContain(
      "verdict\n  allowed",
    );
    expect((await answer("authorize", "")).out).toContain("verdict\n  no opinion");
    expect(parse(await answer("authorize", "", "--json"))["verdict"]).toBeNull();
  });

  test("what a connector sends, keeps and does", async () => {
    const { out } = await answer("on_message", '=state: {"n":2}\n!close\n\npong');
    expect(out).toMatch(
      /answer\n {2}keeps the state +{"n":2}\n {2}sends +4 bytes\n {2}closes the connection\n/,
    );
    expect(parse(await answer("on_message", "\npong", "--json"))["answer"]).toEqual({
      close: false,
      bytes: "pong",
    });
    expect((await answer("on_message", "")).out).toContain("answer nothing");
  });

  test.each([
    ["authenticate", '{"outcome":"allowed"}', "only authorize answers allowed"],
    ["on_message", "!open\n", 'expected "!close" or "=state: " and JSON'],
    ["health_check", "{}", '"healthy"'],
    ["get_metrics", '{"Bad-Name":1}', '"Bad-Name" is no name such as cache_entries'],
  ])("that %s must not answer %s", async (hook, output, message) => {
    const { exit, out } = await answer(hook, output);
    expect([exit, out]).toEqual([1, expect.stringContaining(message)]);
    expect(out).toContain("guest_output_malformed");
  });

  test("figures as they are", async () => {
    expect((await answer("get_metrics", '{"entries":3}')).out).toContain('| {"entries":3}');
  });
});
