import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { HOST_FUNCTIONS } from "../../../host/src/abi/v1.ts";
import {
  HTTP_DEFAULTS,
  KV_DEFAULTS,
  METRICS_DEFAULTS,
  NO_GRANTS,
  NOTHING_ASKED,
} from "../../../host/src/contracts/capabilities.ts";
import type {
  Capability,
  CapabilitiesAsked,
  Grants,
} from "../../../host/src/contracts/capabilities.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { originOf } from "../../../host/src/lib/origin.ts";
import type { Origin } from "../../../host/src/lib/origin.ts";
import {
  checkAsked,
  checkGranted,
  findDenied,
  resolveRights,
} from "../../../host/src/plugins/grants.ts";
import { printGrants, writeGrants } from "../../../host/src/plugins/grant-yaml.ts";
import type { ImportSummary } from "../../../host/src/wasm/inspect.ts";

function origin(url: string): Origin {
  const found = originOf(new URL(url));
  if (found === undefined) throw new Error(`${url} has no origin`);
  return found;
}

const WEATHER = origin("https://api.weather.gov");
const OTHER = origin("https://other.example");

const ALL_ASKED: CapabilitiesAsked = {
  kv: true,
  http: [WEATHER],
  secrets: ["API_KEY"],
  plugins: ["geo"],
  events: { publish: ["a"], subscribe: ["b"] },
  metrics: true,
  clock: true,
  random: true,
  sql: ["main"],
  tcp: ["plc:502"],
};

const ALL_GRANTED: Grants = {
  kv: KV_DEFAULTS,
  http: { ...HTTP_DEFAULTS, allow: [WEATHER] },
  secrets: new Map([["API_KEY", "value"]]),
  plugins: ["geo"],
  events: { publish: ["a"], subscribe: ["b"] },
  metrics: METRICS_DEFAULTS,
  clock: true,
  random: true,
  sql: ["main"],
  tcp: ["plc:502"],
  hooks: {},
};

const NO_RIGHTS = resolveRights("weather", NOTHING_ASKED, NO_GRANTS);

test("what is asked for and not granted is no right, nor is what is granted and not asked for", () => {
  expect(resolveRights("weather", ALL_ASKED, NO_GRANTS)).toEqual(NO_RIGHTS);
  expect(resolveRights("weather", NOTHING_ASKED, ALL_GRANTED)).toEqual(NO_RIGHTS);
});

test("what is asked for and granted is a right", () => {
  const { hooks: _, ...granted } = ALL_GRANTED;
  expect(resolveRights("weather", ALL_ASKED, ALL_GRANTED)).toEqual({
    ...granted,
    kv: { ...KV_DEFAULTS, namespace: "weather" },
    http: { ...granted.http, asked: [WEATHER] },
  });
});

test("names are rights one by one", () => {
  const grants = {
    ...ALL_GRANTED,
    secrets: new Map([["OTHER", "x"]]),
    plugins: ["geo", "auth"],
    events: { publish: [], subscribe: ["b", "c"] },
  };
  expect(resolveRights("weather", ALL_ASKED, grants)).toMatchObject({
    secrets: new Map(),
    plugins: ["geo"],
    events: { publish: [], subscribe: ["b"] },
  });
});

test("hosts that no list has in common are no right", () => {
  const grants = { ...ALL_GRANTED, http: { ...HTTP_DEFAULTS, allow: [OTHER] } };
  expect(resolveRights("weather", ALL_ASKED, grants).http).toBeUndefined();
});

test("what is asked for in vain is listed", () => {
  const what = findDenied(ALL_ASKED, NO_GRANTS).map((denied) => denied.what);
  expect(what).toEqual([
    "kv",
    "metrics",
    "clock",
    "random",
    "http to https://api.weather.gov:443",
    "the secret API_KEY",
    "calls of the plugin geo",
    "publishing a",
    "receiving b",
    "the database main",
    "the peer plc:502",
  ]);
  expect(findDenied(ALL_ASKED, ALL_GRANTED)).toEqual([]);
  expect(findDenied(NOTHING_ASKED, ALL_GRANTED)).toEqual([]);
});

describe("an import of a function with a capability", () => {
  const position = { file: "backworks.yaml", line: 3 };
  const gated = HOST_FUNCTIONS.flatMap(({ namespace, name, capability, params, results }) => {
    const entry: ImportSummary = { module: namespace, name, kind: "func", params, results };
    return capability === undefined ? [] : [{ capability, entry }];
  });

  test("exists for every capability", () => {
    const known = new Set<string>(gated.map(({ capability }) => capability));
    expect(Object.keys(ALL_ASKED).filter((capability) => !known.has(capability))).toEqual([]);
  });

  test.each(gated)("$entry.name loads when $capability is granted, and only then", (each) => {
    const { capability, entry } = each;
    const plugin = { name: "weather", asked: ALL_ASKED, position };
    expect(() => checkGranted([entry], { ...plugin, grants: ALL_GRANTED })).not.toThrow();
    expect(() => checkGranted([entry], { ...plugin, grants: NO_GRANTS })).toThrow(
      expect.objectContaining({
        code: "plugin_capability_denied",
        message: expect.stringContaining(`it is not granted: ${capability} (${entry.name})`),
        position,
      }),
    );
  });

  test("is told together with all others that are not granted, and what grants everything asked for", () => {
    const entries = gated.flatMap(({ capability, entry }) =>
      capability === "clock" || capability === "metrics" ? [entry] : [],
    );
    const grants = { ...ALL_GRANTED, kv: undefined, clock: false, metrics: undefined };
    const error = thrownBy(() =>
      checkGranted(entries, { name: "weather", asked: ALL_ASKED, grants, position }),
    );
    expect(error).toMatchObject({
      code: "plugin_capability_denied",
      details: { plugin: "weather", grants: { kv: true, clock: true, metrics: true } },
    });
    const [sentence = "", ...yaml] = error.message.split("\n");
    expect(sentence).toContain("clock (bw_clock_now");
    expect(sentence).toContain("metrics (bw_metric");
    expect(sentence).toContain("; it also asks for kv; ");
    expect(parse(yaml.join("\n"))).toEqual({
      plugins: { weather: { grants: { kv: true, clock: true, metrics: true } } },
    });
  });

  test("that the manifest does not ask for is its author's to correct, all of them at once", () => {
    const entries = gated.flatMap(({ capability, entry }) =>
      capability === "clock" || capability === "kv" || capability === "sql" ? [entry] : [],
    );
    const manifest = { name: "weather", capabilities: { ...NOTHING_ASKED, kv: true } };
    const error = thrownBy(() => checkAsked(entries, manifest, "plugin.yaml"));
    expect(error).toMatchObject({
      code: "plugin_capability_undeclared",
      message: expect.stringMatching(/: clock \(bw_clock_now, .*\), sql \(bw_sql_query\); add /),
      details: { plugin: "weather", lacking: [{ capability: "clock" }, { capability: "sql" }] },
    });
    expect(error.message).toContain("add capabilities.clock, capabilities.sql to plugin.yaml");
    expect(() =>
      checkAsked(entries, { name: "weather", capabilities: ALL_ASKED }, "plugin.yaml"),
    ).not.toThrow();
  });

  test("without one, or from the kernel, needs no grant", () => {
    const plugin = { name: "weather", asked: NOTHING_ASKED, grants: NO_GRANTS, position };
    const free = HOST_FUNCTIONS.filter(({ capability }) => capability === undefined).map(
      ({ namespace, name, params, results }): ImportSummary => {
        return { module: namespace, name, kind: "func", params, results };
      },
    );
    expect(() => checkGranted(free, plugin)).not.toThrow();
  });
});

function thrownBy(work: () => void): BackworksError {
  try {
    work();
  } catch (error) {
    if (error instanceof BackworksError) return error;
  }
  throw new Error("nothing of ours was thrown");
}

const LINES: readonly [capability: Capability, grant: unknown][] = [
  ["kv", true],
  ["metrics", true],
  ["http", { allow: ["https://api.weather.gov:443"] }],
  ["secrets", { API_KEY: "${API_KEY}" }],
  ["plugins", ["geo"]],
  ["events", { publish: ["a"], subscribe: ["b"] }],
  ["sql", ["main"]],
  ["tcp", ["plc:502"]],
];

test.each(LINES)("the lines that grant %s are YAML for it", (capability, grant) => {
  expect(parse(printGrants("weather", writeGrants([capability], ALL_ASKED)))).toEqual({
    plugins: { weather: { grants: { [capability]: grant } } },
  });
});

const INSIDE: readonly [url: string, isInside: boolean][] = [
  ["http://localhost:8080", true],
  ["http://api.localhost", true],
  ["http://127.0.0.1:3000", true],
  ["http://10.0.0.7", true],
  ["http://192.168.1.2", true],
  ["http://[::1]:3000", true],
  ["http://[fd12::1]", true],
  ["https://8.8.8.8", false],
  ["https://notlocalhost", false],
  ["https://localhost.example", false],
];

test.each(INSIDE)("what grants http to %s says private: %s", (url, isInside) => {
  const asked = { ...NOTHING_ASKED, http: [WEATHER, origin(url)] };
  const { http } = parse(printGrants("weather", writeGrants(["http"], asked))).plugins.weather
    .grants;
  expect(http.private).toBe(isInside ? true : undefined);
  expect(http.allow).toHaveLength(2);
});

// Not reached with `private: true` either: a look into metadata takes a range of its own.
test("no grant of http to a metadata service is offered for copying", () => {
  const metadata = origin("http://169.254.169.254");
  const grantsOf = (...http: Origin[]): unknown =>
    writeGrants(["http"], { ...NOTHING_ASKED, http });
  expect(grantsOf(WEATHER, metadata)).toEqual({ http: { allow: ["https://api.weather.gov:443"] } });
  expect(grantsOf(metadata)).toEqual({});

  const http = { module: "extism:host/env", name: "http_request", kind: "func" } as const;
  const entry: ImportSummary = { ...http, params: ["i64", "i64"], results: ["i64"] };
  const asked = { ...NOTHING_ASKED, http: [metadata] };
  const plugin = { name: "weather", asked, grants: NO_GRANTS, position: { file: "x" } };
  const { message } = thrownBy(() => checkGranted([entry], plugin));
  expect(message).toMatch(/: http \(http_request\); no grant of it is offered for copying/);
});

test("rights never exceed what is granted", () => {
  const names = fc.subarray(["a", "b", "c"]);
  fc.assert(
    fc.property(names, names, (asked, granted) => {
      const { plugins } = resolveRights(
        "weather",
        { ...NOTHING_ASKED, plugins: asked },
        { ...NO_GRANTS, plugins: granted },
      );
      expect(plugins.every((name) => asked.includes(name) && granted.includes(name))).toBe(true);
    }),
  );
});
