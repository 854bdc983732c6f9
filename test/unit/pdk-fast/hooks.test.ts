import { describe, expect, test } from "vitest";
import { headOf } from "../../support/plugins.ts";
import { startFor, TARGETS } from "./fast-plugins.ts";
import { HOOK_CASES } from "./portable-hooks.ts";

describe.each(TARGETS)("in the %s target", (target) => {
  test.each(HOOK_CASES)("$name answers as in the other", async (given) => {
    const plugin = await startFor(target, given.source, given.hooks);
    for (const { hook, head, body, says } of given.calls) {
      const said = await plugin.call(hook, head, body).catch(String);
      if (typeof says === "string") expect(said).toBe(says);
      else expect(said).toMatch(says);
    }
    expect(plugin.logs).toEqual((given.logs ?? []).map((text) => `info: ${text}`));
  });
});

const IMPORTS = `
import { log, Message, PluginCall, PluginEvent, Request, Verdict } from "@backworks/pdk";
`;

describe("in the fast target", () => {
  test("reports take and give JSON as text", async () => {
    const source = `${IMPORTS}
export function collectMetrics(json: string): string | null { return json === "null" ? null : '{"was":' + json + "}"; }
export function generateAlerts(): string { return "[]"; }
export function trackEvent(json: string): void { log.info(json); }
export function generateReport(): void { log.info("report"); }`;
    const hooks = {
      collect_metrics: {},
      generate_alerts: {},
      track_event: {},
      generate_report: {},
    };
    const plugin = await startFor("fast", source, hooks);
    expect(await plugin.call("collect_metrics", '{"größe":1}')).toBe('{"was":{"größe":1}}');
    expect(await plugin.call("collect_metrics", "null")).toBe("");
    expect(await plugin.call("generate_alerts", "{}")).toBe("[]");
    expect(await plugin.call("track_event", "[1]")).toBe("");
    expect(await plugin.call("generate_report", "[1]")).toBe("");
    expect(plugin.logs).toEqual(["info: [1]", "info: report"]);
  });

  test("a call is answered with bytes, or with nothing", async () => {
    const source = `${IMPORTS}
export function onCall(call: PluginCall): Uint8Array | null {
  return call.text() === "none" ? null : call.bytes().reverse();
}`;
    const plugin = await startFor("fast", source, { on_call: {} });
    const answer = await plugin.callForBytes("on_call", "", Uint8Array.of(0xff, 0x0a, 0));
    expect([...answer]).toEqual([0, 0x0a, 0xff]);
    expect(await plugin.call("on_call", "", "none")).toBe("");
  });

  test("hooks may leave their parameters and answers out", async () => {
    const source = `${IMPORTS}
export function authenticate(): void {}
export function authorize(request: Request): void { log.info(request.path); }
export function auditLog(): void {}
export function onMessage(): void {}
export function onEvent(): void {}
export function onSchedule(): void {}
export function onCall(): void {}`;
    const plugin = await startFor("fast", source, {
      authenticate: {},
      authorize: {},
      audit_log: {},
      on_message: {},
      on_event: {},
      on_schedule: {},
      on_call: {},
    });
    for (const hook of ["authenticate", "authorize"] as const) {
      expect(await plugin.call(hook, headOf("GET /a"))).toBe("");
    }
    expect(await plugin.call("audit_log", headOf("GET /a", [], ["!200"]))).toBe("");
    for (const hook of ["on_message", "on_event"] as const) {
      expect(await plugin.call(hook, ':topic: "a"\n\n')).toBe("");
    }
    expect(await plugin.call("on_schedule", "{}")).toBe("");
    expect(await plugin.call("on_call", "")).toBe("");
  });

  test("a message that outlives its call can be read no more", async () => {
    const source = `${IMPORTS}
let kept: Message | null = null;
export function onMessage(message: Message): void {
  const last = kept;
  kept = message;
  if (last !== null) last.reply(last.text());
}`;
    const plugin = await startFor("fast", source, { on_message: {} });
    await plugin.call("on_message", "\n", "a");
    await expect(plugin.call("on_message", "\n", "b")).rejects.toThrow(
      "a message can be read only while the hook that was given it runs",
    );
  });
});

/** JSON of other writers than our host, in other orders and with spaces. */
const IDENTITIES: readonly (readonly [json: string, seen: string])[] = [
  ['{ "claims" : { "b" : [ { "a" : "]}" } , 1 ] , "a\\u0062" : "x" } , "subject" : "s" }', "s||x"],
  ['{"roles":[ "a" , "b\\\\" ,3],"subject":"\\"s\\"","claims":{"ab":true}}', '"s"|a,b\\|true'],
  ['{"subject":7,"roles":{},"claims":[]}', "||"],
  ["{}", "||"],
  ["[]", "||"],
  ['{"claims":{"ab":-1.5e3}}', "||-1.5e3"],
];

test.each(IDENTITIES)("the identity %s is read", async (json, seen) => {
  const source = `${IMPORTS}
export function authorize(request: Request): Verdict | null {
  const who = request.identity();
  if (who === null) return null;
  const claim = who.claim("ab");
  log.info(who.subject + "|" + who.roles.join(",") + "|" + (claim === null ? "" : claim));
  return null;
}`;
  const plugin = await startFor("fast", source, { authorize: {} });
  await plugin.call("authorize", headOf("GET /", [], [`:context.auth: ${json}`]));
  expect(plugin.logs).toEqual([`info: ${seen}`]);
});
