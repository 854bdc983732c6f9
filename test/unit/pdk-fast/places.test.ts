import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { BuiltPlugin } from "@backworks/pdk/build";
import { FakeServices } from "../../support/fake-services.ts";
import {
  buildFiles,
  headOf,
  manifestOf,
  runPlugin,
  type RunningPlugin,
} from "../../support/plugins.ts";

const SOURCE = `
import { kv, log, Reply, Request } from "@backworks/pdk";
import { read, Store } from "./read.ts";

function empty(): void {}

function store(): void {
  empty();
  kv.set("key", "value");
}

export function beforeRequest(request: Request): Reply | null {
  const path = request.path;
  log.info(read(request));
  if (path === "/store") store();
  if (path === "/method") return Reply.text(200, new Store("a").read());
  if (path === "/arrow") [path].forEach((name) => { kv.get(name); });
  if (path === "/after") request.header(read(request));
  if (path === "/own") throw new Error("mine");
  if (path === "/index") return Reply.text(200, path.split("/")[9]);
  return Reply.empty(204);
}
`;

const READ = `
import { kv, Request } from "@backworks/pdk";

export function read(request: Request): string {
  const depth = request.path.length;
  return depth > 100 ? read(request) : request.method;
}

export class Store {
  constructor(private key: string) {}
  read(): string {
    const value = kv.get(this.key);
    return value === null ? "" : value;
  }
}
`;

const MANIFEST = manifestOf({ before_request: {} }, { target: "fast", capabilities: { kv: {} } });

async function build(): Promise<BuiltPlugin> {
  return buildFiles({ "plugin.yaml": MANIFEST, "src/plugin.ts": SOURCE, "src/read.ts": READ });
}

async function start(): Promise<RunningPlugin> {
  const services = new FakeServices({ bw_kv_set: () => -6n, bw_kv_get: () => -1n });
  return runPlugin(await build(), { services: services.bound });
}

test.each([
  ["/store", "HostError: the host answered timeout\n    in the function at src/plugin.ts:7"],
  ["/method", "HostError: the host answered not_granted\n    in the function at src/read.ts:11"],
  ["/arrow", "HostError: the host answered not_granted\n    in the function at src/plugin.ts:17"],
  [
    "/after",
    "add it to hooks.before_request.reads.headers in plugin.yaml\n    in the function at src/plugin.ts:12",
  ],
  ["/own", "Error: mine\n    at src/plugin.ts:19:24"],
  ["/index", "Index out of range\n    at ~lib/array.ts:"],
])("what fails in the bindings names the function that called them: %s", async (path, message) => {
  const plugin = await start();
  const call = async (where: string) => plugin.call("before_request", headOf(`GET ${where}`));
  expect(await call("/")).toBe("!204\n");
  await expect(call(path)).rejects.toThrow(message);
  expect(await call("/")).toBe("!204\n");
});

test("functions keep the names that an author knows", async () => {
  const { bytes } = await build();
  const text = Buffer.from(bytes).toString("latin1");
  expect(text).toContain("src/plugin/beforeRequest");
  expect(text).not.toContain("inner");
});
