import { beforeAll, describe, expect, test } from "vitest";
import { parse, run } from "../support/plugin-command.ts";
import { buildFiles } from "../support/plugins.ts";

const MANIFEST = JSON.stringify({
  name: "asker",
  version: "1.0.0",
  hooks: { on_call: {}, health_check: {} },
  capabilities: { kv: {}, metrics: {}, random: {}, plugins: ["other"], secrets: ["API_KEY"] },
});

const SOURCE = `
import { kv, metrics, plugins, random, secrets } from "@backworks/pdk";
export function onCall(): void {
  kv.set("visits", "41", 60000);
  kv.increment("visits");
  kv.get("none");
  kv.getBytes("visits");
  kv.setBytes("raw", new Uint8Array([255, 0]));
  kv.set("long", "x\\u001b[31m".repeat(100));
  metrics.count("visits_total", 1, { code: "200" });
  random.bytes(2);
  plugins.tryCall("other", "hello");
  try { secrets.get("API_KEY"); } catch {}
}
export function healthCheck() { return { status: "healthy" as const }; }`;

describe("plugin call tells what was asked of the host", () => {
  let asker: Uint8Array;

  beforeAll(async () => {
    asker = (await buildFiles({ "plugin.yaml": MANIFEST, "src/plugin.ts": SOURCE })).bytes;
  });

  const call = async (...args: string[]) =>
    run(["call", "asker.wasm", ...args], { "asker.wasm": asker });

  test("a line for each call, with what came of it", async () => {
    const { exit, out } = await call("on_call");
    expect(exit).toBe(0);
    const lines = out.slice(out.indexOf("calls\n"), out.indexOf("used\n")).split("\n").slice(1, -1);
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, "  "))).toEqual([
      '  kv set  "visits", "41", 60000',
      '  kv increment  "visits", 1  → 42',
      '  kv get  "none"',
      '  kv get  "visits"  → "42"',
      '  kv set  "raw", 2 bytes',
      expect.stringMatching(/^ {2}kv set {2}"long", "(x\\u001b\[31m){9}.*…$/),
      expect.stringContaining('  metrics record  {"kind":"counter","name":"visits_total"'),
      expect.stringMatching(/^ {2}random bytes {2}2 {2}→ /),
      expect.stringMatching(/^ {2}plugins call {2}"other", "hello" {2}→ not_granted: /),
      expect.stringMatching(/^ {2}secrets get {2}"API_KEY" {2}→ not_granted: /),
    ]);
  });

  test("--json has the same as data, and bytes that are no text as Base64", async () => {
    const { calls } = parse(await call("on_call", "--json"));
    expect(calls).toHaveLength(10);
    expect(calls).toMatchObject([
      { capability: "kv", operation: "set", parameters: ["visits", "41", 60_000] },
      { operation: "increment", parameters: ["visits", 1], answer: 42 },
      { operation: "get", parameters: ["none"] },
      { answer: "42" },
      { parameters: ["raw", { bytes: "/wA=", bytesEncoding: "base64" }] },
      { parameters: ["long", "x\u001b[31m".repeat(100)] },
      { parameters: [{ name: "visits_total", labels: [["code", "200"]] }] },
      { capability: "random" },
      { fault: { code: "not_granted", message: expect.stringContaining("other") } },
      { capability: "secrets", parameters: ["API_KEY"], fault: { code: "not_granted" } },
    ]);
  });

  test("a hook that asks for nothing says nothing of it", async () => {
    const { out } = await call("health_check");
    expect(out).not.toContain("calls");
    expect(parse(await call("health_check", "--json"))["calls"]).toEqual([]);
  });
});
