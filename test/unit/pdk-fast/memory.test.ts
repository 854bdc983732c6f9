import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import { Kernel } from "../../../host/src/abi/kernel.ts";
import { CAPABILITY_FAULTS } from "../../../host/src/contracts/capabilities.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { buildFiles, headOf, manifestOf } from "../../support/plugins.ts";
import { startBare, type UserFunction } from "./bare-module.ts";

const HOOKS = { process_endpoint: { reads: { body: "text" } } };

async function build(source: string, capabilities: JsonObject = {}): Promise<Uint8Array> {
  const manifest = manifestOf(HOOKS, { target: "fast", capabilities });
  return (await buildFiles({ "plugin.yaml": manifest, "src/plugin.ts": source })).bytes;
}

/** Allocates all the time: frames, strings, arrays, and failures. */
const HUNGRY = `
import { Reply, Request } from "@backworks/pdk";
let calls = 0;
export function processEndpoint(request: Request): Reply {
  calls += 1;
  const words = request.text().split(" ");
  const counts = new Map<string, i32>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i].trim();
    counts.set(word, counts.has(word) ? counts.get(word) + 1 : 1);
  }
  if (calls % 10 === 0) throw new Error("every tenth: " + words.join("-"));
  const reply = Reply.text(200, words.reverse().join(" ") + counts.size.toString());
  reply.setHeader("x-calls", calls.toString());
  return reply;
}`;

/** The same with functions of the host, whose every fifth HTTP request fails. */
const ASKING = `
import { HostError, http, HttpRequest, kv, lastFault, Reply, Request } from "@backworks/pdk";
let calls = 0;
export function processEndpoint(request: Request): Reply {
  calls += 1;
  const before = kv.get("last");
  kv.set("last", request.text() + (before === null ? "" : before.length.toString()));
  const bytes = kv.getBytes("last");
  const sent = new HttpRequest("POST", "https://api.example.com/");
  sent.setHeader("x-calls", calls.toString());
  sent.setBody(before === null ? "none" : before);
  const response = http.trySend(sent);
  if (response !== null) return Reply.text(response.status, response.text() + response.headers("x-a").join());
  const fault = lastFault();
  if (calls % 10 === 0) throw new HostError("failed", "every tenth");
  return Reply.text(500, (fault === null ? "" : fault.message) + (bytes === null ? "" : bytes.length.toString()));
}`;

/** What a host has, on a kernel, as far as memory is concerned. */
function createHost(kernel: Kernel): Record<string, UserFunction> {
  const values = new Map<string, Uint8Array>();
  const response = Buffer.from("!200\ncontent-type: text/plain\nx-a: größe\n\nbody 😀");
  let requests = 0;
  const take = (address = 0n): Uint8Array => {
    const bytes = kernel.readBytes(address) ?? new Uint8Array(0);
    kernel.free(address);
    return bytes;
  };
  const takeText = (address = 0n): string => Buffer.from(take(address)).toString();
  return {
    bw_error: () => kernel.store(Buffer.from("the other side is down")),
    bw_kv_get: (key) => {
      const value = values.get(takeText(key));
      return value === undefined ? 0n : kernel.store(value);
    },
    bw_kv_set: (key, value) => {
      values.set(takeText(key), take(value));
      return 0n;
    },
    bw_http_send: (request) => {
      take(request);
      requests += 1;
      return requests % 5 === 0 ? BigInt(CAPABILITY_FAULTS.unavailable) : kernel.store(response);
    },
  };
}

const BODY = Buffer.from("the quick brown fox jumps over the lazy dog and the café 😀");
const HEAD = headOf("POST /");
/** A million takes half a minute. */
const CALLS = Number(process.env["BACKWORKS_CALLS"] ?? 50_000);

test.each([
  { name: "that fail now and then", source: HUNGRY, capabilities: {} },
  {
    name: "that ask the host",
    source: ASKING,
    capabilities: { kv: {}, http: { hosts: ["https://api.example.com"] } },
  },
])(`memory is flat over ${CALLS} calls $name`, async ({ source, capabilities }) => {
  const kernel = new Kernel();
  const module = startBare(await build(source, capabilities), kernel, createHost(kernel));
  const run = (count: number): number => {
    let failed = 0;
    for (let call = 0; call < count; call++) failed += module.call("process_endpoint", HEAD, BODY);
    return failed;
  };
  expect(run(1000)).toBeGreaterThan(0);
  const before = [module.memoryBytes(), kernel.memoryBytes];
  expect(run(CALLS)).toBeGreaterThan(CALLS / 100);
  expect([module.memoryBytes(), kernel.memoryBytes]).toEqual(before);
});

const FAULTY = `
import { lastFault, plugins, Reply } from "@backworks/pdk";
export function processEndpoint(): Reply {
  plugins.tryCall("a", "b");
  const fault = lastFault();
  return Reply.text(200, fault === null ? "none" : fault.code + ": " + fault.message);
}`;

test.each([...Object.entries(CAPABILITY_FAULTS), ["failed", -99] as const])(
  "the fault %s has its name",
  async (name, number) => {
    const kernel = new Kernel();
    const module = startBare(await build(FAULTY, { plugins: ["a"] }), kernel, {
      bw_plugin_call: () => BigInt(number),
      bw_error: () => 0n,
    });
    expect(module.call("process_endpoint", HEAD)).toBe(0);
    const output = kernel.readOutput((bytes) => bytes.toString());
    expect(output.slice(output.indexOf("\n\n") + 2)).toBe(`${name}: the host answered ${name}`);
  },
);
