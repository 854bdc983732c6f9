import { describe, expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { LogRecord, TestApp } from "../support/app.ts";
import type { Files } from "../support/folder.ts";
import { withManifest } from "../support/module.ts";
import { buildFiles } from "../support/plugins.ts";
import { DONE, scripted } from "../support/scripted.ts";
import type { Script, Text } from "../support/scripted.ts";

const PUBLISH = `(import "extism:host/user" "bw_event_publish" (func $publish (param i64 i64) (result i64)))
  (import "extism:host/user" "bw_error" (func $error (result i64)))`;

/** Publishes; a fault goes to the log. */
const publish = (text: Text, topic: string, payload: string): string => `(if
  (i64.lt_s (call $publish ${text(topic)} ${payload}) (i64.const 0))
  (then (call $log (call $error))))`;

interface Topics {
  readonly publish?: readonly string[];
  readonly subscribe?: readonly string[];
}

function plugin(name: string, script: Script, events: Topics, more: object = {}): Uint8Array {
  const hooks = Object.fromEntries(Object.keys(script(() => "")).map((hook) => [hook, {}]));
  const manifest = { abi: 1, name, version: "1.0.0", hooks, capabilities: { events }, ...more };
  const imports = events.publish === undefined ? "" : PUBLISH;
  return withManifest(scripted(script, imports), manifest);
}

/** Publishes the frame of each request under `orders`. */
const SHOP = plugin(
  "shop",
  (text) => ({
    process_endpoint: `${publish(text, "orders", text("seven"))} (call $log ${text("shop done")})
      (call $say ${text("!202\n")})`,
  }),
  { publish: ["orders"] },
);

/** Says in the log what it is given. */
const teller = (name: string, topics: readonly string[] = ["orders"]): Uint8Array =>
  plugin(
    name,
    (text) => ({ on_event: `(call $log (call $cat ${text(`${name} `)} (call $input))) ${DONE}` }),
    { subscribe: topics },
  );

function config(grants: Readonly<Record<string, Topics>>): string {
  const plugins = Object.fromEntries(
    Object.entries(grants).map(([name, events]) => [name, { grants: { events } }]),
  );
  const endpoints = { order: { path: "/order", plugin: "shop" } };
  return JSON.stringify({ data_dir: ":memory:", endpoints, plugins });
}

const BOTH = { shop: { publish: ["orders"] }, mail: { subscribe: ["orders"] } };

/** Starts, orders so often, stops, and answers what was logged. */
async function run(files: Files, orders = 1): Promise<readonly LogRecord[]> {
  const app: TestApp = await startTestApp(files);
  for (let count = 0; count < orders; count++) {
    expect((await app.fetch("/order")).status).toBe(202);
  }
  await app[Symbol.asyncDispose]();
  return app.records;
}

const told = (records: readonly LogRecord[]): string[] =>
  records.filter(({ level, plugin: name }) => level === "info" && name).map(({ msg }) => msg);

const warnings = (records: readonly LogRecord[]): LogRecord[] =>
  records.filter(({ level }) => level === "warn");

describe("an event", () => {
  test("is delivered when the call that published it is over, with topic, publisher and id", async () => {
    const records = await run({
      "backworks.yaml": config(BOTH),
      "plugins/shop.wasm": SHOP,
      "plugins/mail.wasm": teller("mail"),
    });
    expect(told(records)).toEqual([
      "shop done",
      expect.stringMatching(
        /^mail :topic: "orders"\n {4}:publisher: "shop"\n {4}:id: "[0-9a-f]{32}"\n {4}\n {4}seven$/,
      ),
    ]);
  });

  test("reaches everybody who is granted it, and nobody else", async () => {
    const records = await run({
      "backworks.yaml": config({
        ...BOTH,
        log: { subscribe: ["orders", "other"] },
        other: { subscribe: ["other"] },
      }),
      "plugins/shop.wasm": SHOP,
      "plugins/mail.wasm": teller("mail"),
      "plugins/log.wasm": teller("log", ["orders", "other"]),
      "plugins/other.wasm": teller("other", ["other"]),
      "plugins/stranger.wasm": teller("stranger"),
    });
    const receivers = told(records).map((text) => text.split(" ")[0] ?? "");
    expect(receivers.toSorted()).toEqual(["log", "mail", "shop"]);
  });

  test("comes in order", async () => {
    const counting = plugin(
      "shop",
      (text) => ({
        process_endpoint: `${["1", "2", "3"].map((n) => publish(text, "orders", text(n))).join("")}
          (call $say ${text("!202\n")})`,
      }),
      { publish: ["orders"] },
    );
    const records = await run(
      {
        "backworks.yaml": config(BOTH),
        "plugins/shop.wasm": counting,
        "plugins/mail.wasm": teller("mail"),
      },
      2,
    );
    expect(told(records).map((text) => text.at(-1))).toEqual(["1", "2", "3", "1", "2", "3"]);
  });

  test("is delivered although the call that published it failed", async () => {
    const failing = plugin(
      "shop",
      (text) => ({ before_request: `${publish(text, "orders", text("x"))} (unreachable)` }),
      { publish: ["orders"] },
    );
    const app = await startTestApp({
      "backworks.yaml": config(BOTH).replace('"plugin":"shop"', '"response":{}'),
      "plugins/shop.wasm": failing,
      "plugins/mail.wasm": teller("mail"),
    });
    expect((await app.fetch("/order")).status).toBe(200);
    await app[Symbol.asyncDispose]();
    expect(told(app.records)).toHaveLength(1);
  });

  test("that nobody receives is no fault", async () => {
    const records = await run({ "backworks.yaml": config(BOTH), "plugins/shop.wasm": SHOP });
    expect(told(records)).toEqual(["shop done"]);
  });

  test("of a topic that is not granted is refused", async () => {
    const records = await run({
      "backworks.yaml": config({ ...BOTH, shop: { publish: ["others"] } }),
      "plugins/shop.wasm": plugin(
        "shop",
        (text) => ({
          process_endpoint: `${publish(text, "orders", text("x"))} (call $say ${text("!202\n")})`,
        }),
        { publish: ["orders", "others"] },
      ),
    });
    expect(told(records)).toEqual([expect.stringContaining('publishing "orders" is not granted')]);
  });

  test.each(["trap", "fail"])(
    "that makes its receiver %s is lost, and the next one is not",
    async (how) => {
      const body = how === "trap" ? "(unreachable)" : "(i32.const 1)";
      const records = await run(
        {
          "backworks.yaml": config(BOTH),
          "plugins/shop.wasm": SHOP,
          "plugins/mail.wasm": plugin("mail", () => ({ on_event: body }), {
            subscribe: ["orders"],
          }),
        },
        2,
      );
      const lost = warnings(records).filter(({ msg }) => msg.startsWith("event failed"));
      expect(lost).toHaveLength(2);
      expect(lost[0]).toMatchObject({ plugin: "mail", hook: "on_event", topic: "orders" });
    },
  );

  test("that is published while plugins start waits until all of them have", async () => {
    const early = plugin(
      "shop",
      (text) => ({
        start: `${publish(text, "orders", text("early"))} ${DONE}`,
        process_endpoint: `(call $say ${text("!202\n")})`,
      }),
      { publish: ["orders"] },
    );
    const late = plugin(
      "tail",
      (text) => ({
        start: `(call $log ${text("tail starts")}) ${DONE}`,
        on_event: `(call $log ${text("tail event")}) ${DONE}`,
      }),
      { subscribe: ["orders"] },
    );
    const records = await run({
      "backworks.yaml": config({ shop: BOTH.shop, tail: { subscribe: ["orders"] } }),
      "plugins/shop.wasm": early,
      "plugins/tail.wasm": late,
    });
    expect(told(records)).toEqual(["tail starts", "tail event"]);
  });

  test("that answers an event ends somewhere: plugins cannot keep each other busy for ever", async () => {
    const echo = plugin(
      "shop",
      (text) => ({
        process_endpoint: `${publish(text, "orders", text("x"))} (call $say ${text("!202\n")})`,
        on_event: `(call $log ${text("again")}) ${publish(text, "orders", text("x"))} ${DONE}`,
      }),
      { publish: ["orders"], subscribe: ["orders"] },
    );
    const records = await run({
      "backworks.yaml": config({ shop: { publish: ["orders"], subscribe: ["orders"] } }),
      "plugins/shop.wasm": echo,
    });
    expect(told(records)).toEqual([
      ...Array<string>(8).fill("again"),
      "events answer events more than 8 deep",
    ]);
  });

  test("that does not fit is counted, and its publisher is told", async () => {
    // Nothing is delivered before all have started.
    const flood = plugin(
      "shop",
      (text) => ({
        start: `(local $i i32)
          (loop $again
            ${publish(text, "orders", text("x"))}
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 1003))))
          ${DONE}`,
      }),
      { publish: ["orders"] },
    );
    const app = await startTestApp({
      "backworks.yaml": config(BOTH).replace('"shop":{', '"shop":{"limits":{"fuel":500000000},'),
      "plugins/shop.wasm": flood,
      "plugins/mail.wasm": plugin("mail", () => ({ on_event: DONE }), { subscribe: ["orders"] }),
    });
    const metrics = await (await app.fetch("/metrics")).text();
    await app[Symbol.asyncDispose]();
    expect(metrics).toContain('backworks_plugin_dropped_total{plugin="mail",hook="on_event"} 3');
    expect(told(app.records)).toEqual(
      Array<string>(3).fill("too many events wait already for mail"),
    );
    expect(warnings(app.records).map(({ msg }) => msg)).toEqual([
      "events are dropped: too many wait",
    ]);
  });
});

test("TypeScript on both sides: a text is published, and read where it is received", async () => {
  const [shop, mail] = await Promise.all(
    [
      {
        "plugin.yaml": JSON.stringify({
          name: "shop",
          version: "1.0.0",
          hooks: { process_endpoint: {} },
          capabilities: { events: { publish: ["orders"] } },
        }),
        "src/plugin.ts": `import { events, Reply } from "@backworks/pdk";
          export function processEndpoint() { events.publish("orders", "séven"); return Reply.empty(202); }`,
      },
      {
        "plugin.yaml": JSON.stringify({
          name: "mail",
          version: "1.0.0",
          hooks: { on_event: {} },
          capabilities: { events: { subscribe: ["orders"] } },
        }),
        "src/plugin.ts": `import { log, PluginEvent } from "@backworks/pdk";
          export function onEvent(event: PluginEvent) {
            log.info(event.topic + " of " + event.publisher + ": " + event.text());
          }`,
      },
    ].map(buildFiles),
  );
  const records = await run({
    "backworks.yaml": config(BOTH),
    "plugins/shop.wasm": shop?.bytes ?? "",
    "plugins/mail.wasm": mail?.bytes ?? "",
  });
  expect(told(records)).toEqual(["orders of shop: séven"]);
});
