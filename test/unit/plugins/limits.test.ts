import { expect, test } from "vitest";
import {
  NO_LIMITS,
  NO_LIMITS_ASKED,
  type LimitsAsked,
  type PluginLimits,
} from "../../../host/src/contracts/limits.ts";
import { explainLimits } from "../../../host/src/plugins/explain-limits.ts";
import { findCut, resolveLimits, type ResolvedLimits } from "../../../host/src/plugins/limits.ts";
import { DEFAULT_LIMITS } from "../../../host/src/sandbox/limits.ts";

const fuelPerMs = (): number => 1_000_000;

function resolve(
  asked: Partial<LimitsAsked> = {},
  written: Partial<PluginLimits> = {},
  stateful = false,
): ResolvedLimits {
  const manifest = { limits: { ...NO_LIMITS_ASKED, ...asked }, stateful };
  return resolveLimits(manifest, { ...NO_LIMITS, ...written }, fuelPerMs);
}

const units = (count: number) => ({ kind: "units", units: count }) as const;

test("a plugin that nobody says anything about has the defaults", () => {
  const { guest, ofRoute } = resolve();
  expect(guest).toMatchObject({ ...DEFAULT_LIMITS, recycleBytes: 14 * 1024 * 1024 });
  expect(ofRoute("any", "before_request")).toBeUndefined();
});

test("the operator goes before the manifest, and that before the defaults", () => {
  const { guest } = resolve({ fuel: units(5), wallMs: 6, memoryPages: 7 }, { fuel: units(50) });
  expect(guest.call).toMatchObject({ fuel: 50, timeMs: 6 });
  expect(guest.fuelPerBodyByte).toBe(0);
  expect(guest.memoryPagesMax).toBe(7);
});

test("milliseconds become units of this machine", () => {
  const { guest } = resolve({}, { fuel: { kind: "milliseconds", ms: 2.5 } });
  expect(guest.call.fuel).toBe(2_500_000);
});

test("milliseconds that a manifest asks for are bounded like units", () => {
  const asked = { fuel: { kind: "milliseconds", ms: 200 } } as const;
  expect(resolve(asked).guest.call.fuel).toBe(110_000_000);
  expect(findCut({ limits: { ...NO_LIMITS_ASKED, ...asked } }, NO_LIMITS, fuelPerMs)).toEqual([
    "fuel: it asks for 200000000, and gets 110000000",
  ]);
});

test("a hook has limits of its own, and a route goes before it", () => {
  const { guest, ofRoute } = resolve(
    { hooks: { before_request: { fuel: units(10), wallMs: 11 } } },
    {
      wallMs: 20,
      hooks: { after_response: { fuel: units(30), wallMs: undefined } },
      routes: new Map([["slow", { fuel: units(40), wallMs: undefined }]]),
    },
  );
  expect(guest.hooks).toMatchObject({
    before_request: { fuel: 10, timeMs: 11 },
    after_response: { fuel: 30, timeMs: 20 },
  });
  expect(ofRoute("slow", "before_request")).toMatchObject({ fuel: 40, timeMs: 11 });
  expect(ofRoute("slow", "process_endpoint")).toMatchObject({ fuel: 40, timeMs: 20 });
  expect(ofRoute("fast", "before_request")).toBeUndefined();
});

test("initialize stands for all that starts an instance", () => {
  const { guest } = resolve({}, { hooks: { initialize: { fuel: units(9), wallMs: 8 } } });
  expect(guest.start).toMatchObject({ fuel: 9, timeMs: 8 });
  expect(guest.hooks).toEqual({});
});

test("each limit says where it is written, as it is written", () => {
  const ms = { kind: "milliseconds", ms: 20 } as const;
  const { guest, ofRoute } = resolve(
    { hooks: { initialize: { fuel: units(9), wallMs: undefined } }, wallMs: 7 },
    {
      fuel: ms,
      hooks: { after_response: { fuel: ms, wallMs: 8 } },
      routes: new Map([["a\nb", { fuel: units(40), wallMs: undefined }]]),
    },
  );
  expect(guest.call.said).toEqual({
    fuel: "limits.fuel in backworks.yaml: 20 ms",
    time: "limits.wall_ms in plugin.yaml",
  });
  expect(guest.hooks.after_response?.said).toEqual({
    fuel: "limits.hooks.after_response.fuel in backworks.yaml: 20 ms",
    time: "limits.hooks.after_response.wall_ms in backworks.yaml",
  });
  expect(ofRoute("a\nb", "stop")?.said?.fuel).toBe(
    "limits.routes.a\\u000ab.fuel in backworks.yaml",
  );
  expect(guest.start.said).toEqual({
    fuel: "limits.hooks.initialize.fuel in plugin.yaml",
    time: "the default of limits.hooks.initialize.wall_ms",
  });
  const cut = resolve({ fuel: { kind: "milliseconds", ms: 200 } }).guest.call.said?.fuel;
  expect(cut).toBe("limits.fuel in plugin.yaml");
  expect(resolve().guest.call.said?.fuel).toBe("the default of limits.fuel");
  expect(resolve().guest.memorySaid).toBe("the default of limits.memory");
  expect(resolve({ memoryPages: 7 }).guest.memorySaid).toBe("limits.memory in plugin.yaml");
  expect(resolve({}, { memoryPages: 7 }).guest.memorySaid).toBe("limits.memory in backworks.yaml");
});

test("each limit is told with who has decided it, fuel in milliseconds too", () => {
  const asked = {
    ...NO_LIMITS_ASKED,
    fuel: units(2_000_000),
    memoryPages: 16,
    hooks: { before_request: { fuel: units(1_500_000), wallMs: undefined } },
  };
  const written = {
    ...NO_LIMITS,
    wallMs: 250,
    instances: 2,
    hooks: { before_request: { fuel: undefined, wallMs: 20 } },
    routes: new Map([["slow", { fuel: units(30_000_000), wallMs: undefined }]]),
  };
  const facts = explainLimits({ limits: asked, stateful: false }, written, fuelPerMs);
  expect(facts).toMatchObject({ fuel: 2_000_000, wallMs: 250, memoryPages: 16, fuelPerMs: 1e6 });
  expect(facts.each.map((fact) => Object.values(fact).join(" "))).toEqual([
    "each call fuel 2000000 plugin.yaml limits.fuel 2",
    "each call wall_ms 250 backworks.yaml limits.wall_ms",
    "before_request fuel 1500000 plugin.yaml limits.hooks.before_request.fuel 1.5",
    "before_request wall_ms 20 backworks.yaml limits.hooks.before_request.wall_ms",
    "initialize fuel 110000000 default 110",
    "initialize wall_ms 5000 default",
    "route slow fuel 30000000 backworks.yaml limits.routes.slow.fuel 30",
    "the plugin memory_pages 16 plugin.yaml limits.memory",
    "the plugin instances 2 backworks.yaml limits.instances",
    "the plugin accounting bounded default",
  ]);
});

test("a manifest gets so much without the operator, and what it does not get is said", () => {
  const asked = { fuel: units(1e12), wallMs: 60_000, memoryPages: 1000 };
  const { guest } = resolve(asked);
  expect(guest.call).toMatchObject({ fuel: 110_000_000, timeMs: 5000 });
  expect(guest.memoryPagesMax).toBe(256);
  const manifest = { limits: { ...NO_LIMITS_ASKED, ...asked } };
  expect(findCut(manifest, NO_LIMITS, fuelPerMs)).toEqual([
    "fuel: it asks for 1000000000000, and gets 110000000",
    "wall_ms: it asks for 60000, and gets 5000",
    "memory: it asks for 1000, and gets 256",
  ]);
  const written = { ...NO_LIMITS, fuel: units(1), wallMs: 1, memoryPages: 1 };
  expect(findCut(manifest, written, fuelPerMs)).toEqual([]);
  const hook = {
    ...NO_LIMITS_ASKED,
    hooks: { initialize: { fuel: units(1e12), wallMs: undefined } },
  };
  expect(findCut({ limits: hook }, NO_LIMITS, fuelPerMs)).toEqual([
    "hooks.initialize.fuel: it asks for 1000000000000, and gets 110000000",
  ]);
});

test("a stateful plugin has one instance that is replaced neither for its age nor its size", () => {
  const { guest } = resolve({}, { instances: 5 }, true);
  expect(guest).toMatchObject({
    instancesMax: 1,
    recycleCalls: Number.MAX_SAFE_INTEGER,
    recycleBytes: Number.MAX_SAFE_INTEGER,
    recycleKernelBytes: Number.MAX_SAFE_INTEGER,
  });
  expect(resolve({}, { instances: 5 }).guest.instancesMax).toBe(5);
});
