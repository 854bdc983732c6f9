import { expect, test } from "vitest";
import { parseManifest } from "../../../host/src/config/manifest.ts";
import { NO_GRANTS, NOTHING_ASKED } from "../../../host/src/contracts/capabilities.ts";
import type { Grants } from "../../../host/src/contracts/capabilities.ts";
import { printOrigin } from "../../../host/src/lib/origin.ts";
import { loadText, problemsOf } from "./load-text.ts";

async function grantsOf(text: string, env: Record<string, string> = {}): Promise<Grants> {
  const config = await loadText(`plugins: { weather: { grants: ${text} } }`, env);
  return config.plugins[0]?.grants ?? NO_GRANTS;
}

test("nothing is granted until it is written down", async () => {
  const config = await loadText("plugins: { weather: { enabled: true } }");
  expect(config.plugins[0]?.grants).toEqual(NO_GRANTS);
  expect(await grantsOf("{ kv: false, metrics: false, clock: false }")).toEqual(NO_GRANTS);
});

test("true grants with the defaults, a map with bounds", async () => {
  const defaults = await grantsOf("{ kv: true, metrics: true, clock: true, random: true }");
  expect(defaults).toMatchObject({
    kv: { namespace: undefined, bytesMax: 1_048_576, keysMax: 10_000 },
    metrics: { seriesMax: 1000 },
    clock: true,
    random: true,
  });
  const bounds = await grantsOf(
    "{ kv: { namespace: shared, bytes_max: 10, keys_max: 2 }, metrics: { series_max: 5 } }",
  );
  expect(bounds).toMatchObject({
    kv: { namespace: "shared", bytesMax: 10, keysMax: 2 },
    metrics: { seriesMax: 5 },
  });
});

test("the hosts of http are origins with every default applied", async () => {
  const { http } = await grantsOf(
    `{ http: { allow: [api.weather.gov, "http://10.0.0.7:8080", "https://*.Example.com"], ranges: [10.0.0.0/24] } }`,
  );
  expect(http?.allow.map(printOrigin)).toEqual([
    "https://api.weather.gov:443",
    "http://10.0.0.7:8080",
    "https://*.example.com:443",
  ]);
  expect(http).toMatchObject({
    private: false,
    ranges: ["10.0.0.0/24"],
    timeoutMs: 3000,
    responseBytesMax: 1_048_576,
    callsMax: 32,
  });
});

test("secrets come from the environment; one that stands in the file is warned of", async () => {
  const text = "plugins: { weather: { grants: { secrets: { A: '${KEY}', B: hunter22 } } } }";
  const config = await loadText(text, { KEY: "0123" });
  expect(config.plugins[0]?.grants.secrets).toEqual(
    new Map([
      ["A", "0123"],
      ["B", "hunter22"],
    ]),
  );
  expect(config.warnings.map(({ message }) => message)).toEqual([
    "plugins.weather.grants.secrets.B: the secret stands in the file itself: take it from a variable, as in ${B}",
  ]);
  expect(JSON.stringify(config)).not.toContain("0123");
});

test("lists of names are kept as they stand", async () => {
  expect(
    await grantsOf(
      "{ plugins: [geo], sql: [main], tcp: ['plc:502'], events: { publish: [a.b], subscribe: [c] } }",
    ),
  ).toMatchObject({
    plugins: ["geo"],
    sql: ["main"],
    tcp: ["plc:502"],
    events: { publish: ["a.b"], subscribe: ["c"] },
  });
});

test("a hook is narrowed in what is written, and in nothing else", async () => {
  const { hooks } = await grantsOf(
    "{ hooks: { before_request: { reads: { headers: [X-A], body: none }, writes: { status: false } }, after_response: {} } }",
  );
  expect(hooks).toEqual({
    before_request: {
      reads: { headers: ["x-a"], body: { mode: "none", bytesMax: 1_048_576 } },
      writes: { status: false },
    },
    after_response: { reads: {}, writes: {} },
  });
});

const REFUSED: readonly [grants: string, message: string][] = [
  ["{ htp: {} }", "plugins.weather.grants.htp: unknown key, did you mean http?"],
  ["{ http: {} }", 'plugins.weather.grants.http: the key "allow" is missing'],
  [
    "{ http: { allow: ['https://a.example/path'] } }",
    'plugins.weather.grants.http.allow[0]: expected text such as "https://api.weather.gov", "https://*.example.com" or "http://10.0.0.7:8080", found "https://a.example/path"',
  ],
  [
    "{ http: { allow: ['https://[::zz]'] } }",
    "plugins.weather.grants.http.allow[0]: expected scheme, host and port such as https://api.weather.gov, or *. and a domain",
  ],
  [
    "{ http: { allow: [], ranges: [10.0.0.0/33] } }",
    "plugins.weather.grants.http.ranges[0]: expected an address range such as 10.1.0.0/16",
  ],
  ["{ kv: 1 }", "plugins.weather.grants.kv: expected true or false or a map, found 1"],
  ["{ clock: {} }", "plugins.weather.grants.clock: expected true or false, found an empty map"],
];

test.each(REFUSED)("grants: %s is refused with its place", async (grants, message) => {
  const problems = await problemsOf(`plugins: { weather: { grants: ${grants} } }`);
  expect(problems.join("\n")).toContain(message);
});

const MANIFEST = { abi: 1, name: "weather", version: "1.0.0", hooks: { process_endpoint: {} } };

test("a manifest asks with true, an empty map or an empty value", () => {
  const capabilities = { kv: {}, clock: true, random: null, metrics: false };
  expect(parseManifest({ ...MANIFEST, capabilities }, "a.wasm").capabilities).toEqual({
    ...NOTHING_ASKED,
    kv: true,
    clock: true,
    random: true,
  });
});

test("a manifest asks for hosts, secrets, plugins, topics, databases and peers", () => {
  const capabilities = {
    http: { hosts: ["https://api.weather.gov"] },
    secrets: ["API_KEY"],
    plugins: ["geo"],
    events: { publish: ["a"] },
    sql: ["main"],
    tcp: ["plc.example.com:502"],
  };
  expect(parseManifest({ ...MANIFEST, capabilities }, "a.wasm").capabilities).toMatchObject({
    http: [{ scheme: "https", host: "api.weather.gov", isWildcard: false, port: 443 }],
    secrets: ["API_KEY"],
    plugins: ["geo"],
    events: { publish: ["a"], subscribe: [] },
    sql: ["main"],
    tcp: ["plc.example.com:502"],
  });
});

test.each([
  [{ ftp: {} }, "capabilities.ftp: unknown key, expected one of kv, http"],
  [{ http: { hosts: ["https://[::zz]"] } }, "capabilities.http.hosts[0]: expected scheme, host"],
  [{ secrets: ["a b"] }, 'capabilities.secrets[0]: expected text such as "API_KEY"'],
  [{ kv: { size: 1 } }, "capabilities.kv: "],
])("a manifest that asks for %j is refused with its place", (capabilities, message) => {
  expect(() => parseManifest({ ...MANIFEST, capabilities }, "a.wasm")).toThrow(message);
});
