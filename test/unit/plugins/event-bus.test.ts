import { expect, test } from "vitest";
import { createLogger } from "../../../host/src/lib/logger.ts";
import { EventBus } from "../../../host/src/plugins/event-bus.ts";
import { EVENT_BYTES_MAX } from "../../../host/src/plugins/event-queue.ts";
import type { LoadedPlugin } from "../../../host/src/plugins/load.ts";
import { CapabilityError } from "../../../host/src/sandbox/capabilities/capability-error.ts";
import { Events } from "../../../host/src/sandbox/capabilities/events.ts";

/** A receiver of `t` whose guest is a function. */
function receiver(name: string, take: (input: string) => unknown): LoadedPlugin {
  const plugin = {
    name,
    manifest: { hooks: { on_event: {} } },
    services: { rights: { events: { publish: [], subscribe: ["t"] } } },
    guest: {
      call: async (_: string, { head, body }: { head: string; body: Uint8Array }) =>
        take(head + String(Buffer.from(body))),
    },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as much of it as is looked at
  return plugin as unknown as LoadedPlugin;
}

function create(plugins: readonly LoadedPlugin[]) {
  const dropped: string[] = [];
  const lines: string[] = [];
  let id = 0;
  const bus = new EventBus({
    plugins: () => plugins,
    ids: () => String(++id),
    logger: createLogger({ level: "warn", destination: { write: (line) => lines.push(line) } }),
    countDropped: (plugin) => dropped.push(plugin),
  });
  const publish = (payload: string | Uint8Array, chain: readonly string[] = ["p"]): string => {
    try {
      bus.publish({ topic: "t", payload: Buffer.from(payload), origin: { chain } });
      return "taken";
    } catch (error) {
      return error instanceof CapabilityError ? error.fault : String(error);
    }
  };
  return { bus, publish, dropped, lines };
}

test("nobody is called in the turn in which an event is published", async () => {
  const seen: string[] = [];
  const { bus, publish } = create([receiver("a", (input) => seen.push(input))]);
  bus.open();
  expect(publish("x")).toBe("taken");
  await Promise.resolve();
  expect(seen).toEqual([]);
  await bus.drain();
  expect(seen).toEqual([':topic: "t"\n:publisher: "p"\n:id: "1"\n\nx']);
});

test("a slow receiver holds up itself and nobody else", async () => {
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const { bus, publish, dropped } = create([
    receiver("slow", async () => gate.promise),
    receiver("swift", (input) => seen.push(input)),
  ]);
  bus.open();
  const half = new Uint8Array(EVENT_BYTES_MAX / 2);
  expect([publish(half), publish(half)]).toEqual(["taken", "taken"]);
  await expect.poll(() => seen.length).toBe(2);
  // The first one is on its way: there is room for another.
  expect(publish(half)).toBe("taken");
  expect(publish(half)).toBe("quota");
  expect(dropped).toEqual(["slow"]);
  await expect.poll(() => seen.length).toBe(4);
  gate.resolve();
  await bus.drain();
  expect(publish("x")).toBe("taken");
  await bus.drain();
});

test("a plugin that is refused meanwhile gets nothing any more", async () => {
  const seen: string[] = [];
  const plugins = [receiver("a", (input) => seen.push(input))];
  const { bus, publish } = create(plugins);
  publish("x");
  plugins.pop();
  bus.open();
  await bus.drain();
  expect(seen).toEqual([]);
});

test("when it is closed, nobody publishes, and what waits is counted", () => {
  const { bus, publish, dropped, lines } = create([receiver("a", () => undefined)]);
  publish("1");
  publish("2");
  bus.close();
  expect(dropped).toEqual(["a", "a"]);
  expect(lines).toHaveLength(1);
  expect(publish("3")).toBe("unavailable");
});

test("a bug of the host in a delivery is logged with its stack, and the next one comes", async () => {
  let calls = 0;
  const { bus, publish, lines } = create([
    receiver("a", () => {
      calls++;
      throw new TypeError("ours");
    }),
  ]);
  bus.open();
  publish("1");
  publish("2");
  await bus.drain();
  expect(calls).toBe(2);
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ level: "error", msg: "internal error: ours" });
});

test("depth is counted along who waits for a call: a plugin between two events does not hide it", async () => {
  const faults: string[] = [];
  let publish = (_payload: string, _chain: readonly string[]): string => "";
  const created = create([receiver("a", () => faults.push(publish("again", ["a", "between"])))]);
  publish = created.publish;
  created.bus.open();
  publish("first", ["p"]);
  await created.bus.drain();
  expect(faults).toEqual([...Array<string>(7).fill("taken"), "quota"]);
});

test.each([
  ["t", 1024 * 1024, undefined],
  ["t", 1024 * 1024 + 1, "too_large"],
  ["other", 0, "not_granted"],
])("an event of topic %s with %i bytes", (topic, bytes, fault) => {
  const events = new Events({ allowed: ["t"], publish: () => undefined });
  let found: unknown;
  try {
    events.publish({ topic, payload: new Uint8Array(bytes), origin: { chain: ["p"] } });
  } catch (error) {
    found = error instanceof CapabilityError ? error.fault : error;
  }
  expect(found).toBe(fault);
});
