import { fileURLToPath } from "node:url";
import {
  openPlugin,
  reply,
  request,
  type OpenOptions,
  type TestPlugin,
} from "@backworks/pdk/testing";
// oxlint-disable-next-line import/no-unassigned-import -- it gives `expect` its matchers
import "@backworks/pdk/testing/vitest";
import { afterAll, describe, expect, test } from "vitest";
import { TestFolder } from "../support/folder.ts";

const MANIFEST = `
name: visits
version: 1.2.3
hooks:
  initialize: {}
  before_request: { reads: { headers: [authorization], context: [user] } }
  process_endpoint: { reads: { params: [id], body: text } }
  after_response: { reads: { response_headers: [etag], body: text } }
  health_check: {}
`;

/** Portable: what both targets have. */
const SOURCE = `
import { config, log, Reply, type Request } from "@backworks/pdk";

let greeting = "";

export function initialize(): void {
  greeting = config.get("greeting") || "Hello";
  log.info("ready");
}

export function beforeRequest(request: Request): Reply | null {
  if (request.header("authorization") == null) {
    log.warn("nobody is there");
    return Reply.text(401, "who?");
  }
  if (request.path == "/plain") return null;
  request.provide("seen", "it");
  if (request.path == "/told") return null;
  request.setHeader("x-seen", "yes");
  return null;
}

export function processEndpoint(request: Request): Reply {
  const id = request.param("id");
  if (id == null) throw new Error("no id");
  return Reply.text(200, greeting + " " + id + ": " + request.text());
}

export function afterResponse(_request: Request, reply: Reply): void {
  const tag = reply.header("etag");
  if (tag != null) reply.setHeader("x-tag", tag);
  if (reply.text() == "old") reply.setBody("new");
}
`;

const HEALTH = {
  full: `export function healthCheck() { return { status: "healthy", message: "fine" }; }`,
  fast: "",
} as const;

const folders = new Map<string, TestFolder>();

/** One folder for each target: it is built once. */
async function open(target: "full" | "fast", options: OpenOptions = {}): Promise<TestPlugin> {
  const manifest = target === "full" ? MANIFEST : MANIFEST.replace("  health_check: {}\n", "");
  const files = { "plugin.yaml": manifest, "plugin.ts": SOURCE + HEALTH[target] };
  const folder = folders.get(target) ?? (await TestFolder.create(files));
  folders.set(target, folder);
  return await openPlugin(folder.path, { target, ...options });
}

afterAll(async () => {
  for (const folder of folders.values()) await folder[Symbol.asyncDispose]();
});

describe.each(["full", "fast"] as const)(
  "the test kit runs a plugin of the %s target",
  (target) => {
    test("a hook that answers has a reply", async () => {
      await using plugin = await open(target);
      const outcome = await plugin.beforeRequest(request("GET /orders"));
      expect(outcome).toReply(401, "who?");
      expect(outcome).toLog("info", "ready");
      expect(outcome).toLog("warn", /^nobody/);
      expect(outcome).not.toPassThrough();
      expect(outcome.reply?.text).toBe("who?");
      expect([plugin.name, plugin.version]).toEqual(["visits", "1.2.3"]);
    });

    test("a hook that edits has edits, and the request after them", async () => {
      await using plugin = await open(target);
      const headers = { Authorization: "Bearer x" };
      const outcome = await plugin.beforeRequest(request("GET /orders", { headers }));
      expect(outcome).toSetHeader("x-seen");
      expect(outcome).toSetHeader("X-Seen", /^y/);
      expect(outcome).not.toSetHeader("x-other");
      expect(outcome.reply).toBeNull();
      expect(outcome.request.header("x-seen")).toBe("yes");
      expect(outcome).toProvide("seen", "it");
      expect(outcome).not.toPassThrough();
      expect(outcome).toStayWithin({ fuel: 1_000_000, memory: 16 * 1024 * 1024 });
      const plain = await plugin.beforeRequest({ path: "/plain", headers });
      expect(plain).toPassThrough();
      expect(plain).not.toProvide("seen");
    });

    test("a hook that only provides context lets the message pass", async () => {
      await using plugin = await open(target);
      const headers = { authorization: "Bearer x" };
      const outcome = await plugin.beforeRequest({ path: "/told", headers });
      expect(outcome).toPassThrough();
      expect(outcome).toProvide("seen", "it");
    });

    test("endpoints answer with what they are given, configuration included", async () => {
      await using plugin = await open(target, { config: { greeting: "Hi" } });
      const sent = request("POST /orders/7", { params: { id: "7" }, body: "text" });
      const outcome = await plugin.processEndpoint(sent);
      expect(outcome).toReply(200, "Hi 7: text");
      expect(outcome.status).toBe(200);
      expect(outcome.fuel).toBeGreaterThan(0);
      expect(outcome.durationMs).toBeGreaterThan(0);
    });

    test("the response is edited in place", async () => {
      await using plugin = await open(target);
      const outcome = await plugin.afterResponse(request(), reply(404, "old", { etag: '"1"' }));
      expect(outcome).toReply(404, "new");
      expect(outcome).toSetHeader("x-tag", '"1"');
    });

    test("a hook that throws rejects with its message and place", async () => {
      await using plugin = await open(target);
      const failed = plugin.processEndpoint(request());
      await expect(failed).rejects.toMatchObject({
        name: "HookFailure",
        code: "guest_failed",
        hook: "process_endpoint",
        message: expect.stringMatching(/no id[^]*plugin\.ts:\d+/),
      });
      await expect(failed).rejects.toHaveProperty("fuel", expect.any(Number));
    });

    test("the same call takes the same fuel in every instance", async () => {
      const fuel = async (): Promise<number> => {
        await using plugin = await open(target);
        return (await plugin.beforeRequest(request("GET /x"))).fuel;
      };
      expect(await fuel()).toBe(await fuel());
    });
  },
);

test("a hook that the plugin does not declare is named", async () => {
  await using plugin = await open("fast");
  await expect(plugin.healthCheck()).rejects.toThrow(
    "visits declares no hook health_check, only initialize, before_request, process_endpoint, after_response",
  );
});

test("hooks that answer JSON have a value", async () => {
  await using plugin = await open("full");
  expect((await plugin.healthCheck()).value).toEqual({ status: "healthy", message: "fine" });
});

test("any hook can be called with its raw input", async () => {
  await using plugin = await open("full");
  const { output } = await plugin.call("health_check");
  expect(output.json()).toMatchObject({ status: "healthy" });
});

test("a configuration that does not fit the plugin's schema is refused", async () => {
  await using folder = await TestFolder.create({
    "plugin.yaml": `${MANIFEST}config_schema: { type: object, required: [word] }\n`,
    "plugin.ts": SOURCE + HEALTH.full,
  });
  await expect(openPlugin(folder.path)).rejects.toThrow(
    'plugins.visits.config: the key "word" is missing; the test gives it none',
  );
});

test("a plugin that fails when it starts is told when it is opened", async () => {
  await using folder = await TestFolder.create({
    "plugin.yaml": MANIFEST,
    "plugin.ts": `${SOURCE.replace('log.info("ready");', 'throw new Error("not today");')}${HEALTH.full}`,
  });
  await expect(openPlugin(folder.path)).rejects.toThrow("not today");
});

test("requests that no server would let in are refused", async () => {
  await using plugin = await open("full");
  await expect(plugin.beforeRequest({ path: "x y" })).rejects.toThrow(/^path: expected/);
  await expect(plugin.beforeRequest({ method: "get" })).rejects.toThrow(/^method: expected/);
  const header = { headers: { "x-a": "a\nb" } };
  await expect(plugin.beforeRequest(header)).rejects.toThrow(/^header x-a: expected/);
  expect(() => request("GET x")).toThrow('expected a method and a path such as "GET /x"');
});

test("a file that is no plugin is refused as the host refuses it", async () => {
  await expect(openPlugin(fileURLToPath(import.meta.url))).rejects.toMatchObject({
    code: "plugin_not_wasm",
  });
});
