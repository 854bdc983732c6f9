import { expect, test } from "vitest";
import { NOTHING_ASKED } from "../../../host/src/contracts/capabilities.ts";
import { HOOKS } from "../../../host/src/contracts/hooks.ts";
import { NO_LIMITS_ASKED } from "../../../host/src/contracts/limits.ts";
import { WRITES_DEFAULT } from "../../../host/src/contracts/manifest.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { printOrigin } from "../../../host/src/lib/origin.ts";

import { parseManifest } from "../../../host/src/config/manifest.ts";

const SMALL = { abi: 1, name: "weather", version: "1.0.0", hooks: { process_endpoint: {} } };

const READS_NOTHING = {
  headers: [],
  responseHeaders: [],
  params: [],
  context: [],
  body: { mode: "none", bytesMax: 1_048_576 },
};

function refusal(value: unknown): object | undefined {
  try {
    return parseManifest(value, "weather.wasm");
  } catch (thrown) {
    if (!(thrown instanceof BackworksError)) throw thrown;
    const { code, message, position } = thrown;
    return { code, message, position };
  }
}

test("what a small manifest leaves out is filled in: it reads nothing", () => {
  expect(parseManifest(SMALL, "weather.wasm")).toEqual({
    abi: 1,
    name: "weather",
    version: "1.0.0",
    description: "",
    license: "",
    hooks: {
      process_endpoint: {
        match: {},
        reads: READS_NOTHING,
        writes: WRITES_DEFAULT,
        priority: 0,
        before: [],
        after: [],
      },
    },
    configSchema: undefined,
    requiresHost: "*",
    requiresPlugins: {},
    provides: [],
    consumes: [],
    critical: false,
    capabilities: NOTHING_ASKED,
    limits: NO_LIMITS_ASKED,
    stateful: false,
  });
});

test("what a large manifest says is kept, methods in upper and headers in lower case", () => {
  const manifest = parseManifest(
    {
      ...SMALL,
      description: "Decodes reports.",
      license: "MIT",
      critical: true,
      requires: { host: ">=1.0", plugins: { auth: "^1.0.0" } },
      config_schema: { type: "object" },
      capabilities: { http: { hosts: ["api.weather.gov"] } },
      provides: { "weather.station": { type: "string" } },
      consumes: { "auth.user": null },
      limits: { fuel: 1000, wall_ms: 10, memory_pages: 16 },
      stateful: true,
      hooks: {
        initialize: null,
        health_check: {},
        before_request: {
          match: { routes: ["metar"], methods: ["post"], paths: ["/weather/*"] },
          reads: {
            headers: ["Content-Type", "*"],
            params: ["icao"],
            context: ["auth.user"],
            body: "text",
          },
          writes: { headers: ["X-User"], target: true, context: ["auth.user"] },
          priority: -5,
          before: ["fingerprint"],
          after: ["auth"],
        },
        after_response: {
          reads: { response_headers: ["ETag"], body: { mode: "bytes", bytes_max: 100 } },
        },
      },
    },
    "weather.wasm",
  );
  expect(manifest).toMatchObject({
    description: "Decodes reports.",
    license: "MIT",
    critical: true,
    requiresHost: ">=1.0",
    configSchema: { type: "object" },
  });
  expect(manifest.hooks.before_request).toEqual({
    match: { routes: ["metar"], methods: ["POST"], paths: ["/weather/*"] },
    reads: {
      headers: ["content-type", "*"],
      responseHeaders: [],
      params: ["icao"],
      context: ["auth.user"],
      body: { mode: "text", bytesMax: 1_048_576 },
    },
    writes: {
      headers: ["x-user"],
      responseHeaders: [],
      status: false,
      body: false,
      target: true,
      context: ["auth.user"],
    },
    priority: -5,
    before: ["fingerprint"],
    after: ["auth"],
  });
  expect(manifest.capabilities.http.map(printOrigin)).toEqual(["https://api.weather.gov:443"]);
  expect(manifest.hooks.after_response?.reads).toMatchObject({
    responseHeaders: ["etag"],
    body: { mode: "bytes", bytesMax: 100 },
  });
  expect(manifest.hooks.initialize?.reads).toEqual(READS_NOTHING);
});

test("another ABI is told before anything else is judged", () => {
  expect(refusal({ abi: 2, shape: "unknown" })).toEqual({
    code: "plugin_abi_unsupported",
    message: "it was built for ABI 2, this host has ABI 1",
    position: { file: "weather.wasm" },
  });
});

const hook = (declaration: unknown): object => ({
  ...SMALL,
  hooks: { before_request: declaration },
});

const MALFORMED: readonly [what: string, value: unknown, message: string][] = [
  ["nothing", null, "the manifest: expected a map, found nothing"],
  ["a list", [], "the manifest: expected a map, found an empty list"],
  ["an ABI in words", { ...SMALL, abi: "1" }, 'abi: expected an integer of at least 1, found "1"'],
  [
    "no name",
    { abi: 1, version: "1.0.0", hooks: { initialize: {} } },
    'the manifest: the key "name" is missing',
  ],
  [
    "a name in capitals",
    { ...SMALL, name: "Weather" },
    'name: expected text of lower case letters, digits and hyphens, a letter first, at most 64 characters, such as "weather" or "rate-limit", found "Weather"',
  ],
  [
    "a version that is none",
    { ...SMALL, version: "1.0" },
    'version: expected text such as "1.0.0" or "2.1.0-beta.1", found "1.0"',
  ],
  ["a misspelt key", { ...SMALL, critcal: true }, "critcal: unknown key, did you mean critical?"],
  [
    "a misspelt hook",
    { ...SMALL, hooks: { befor_request: {} } },
    'hooks.befor_request: ABI 1 has no such hook, expected "before_request"',
  ],
  [
    "a hook of nobody",
    { ...SMALL, hooks: { xyz: {} } },
    `hooks.xyz: ABI 1 has no such hook, expected one of ${Object.keys(HOOKS).join(", ")}`,
  ],
  [
    "no hooks",
    { ...SMALL, hooks: {} },
    "hooks: expected a map with more keys, at least 1, found an empty map",
  ],
  [
    "reads of a hook without an exchange",
    { ...SMALL, hooks: { initialize: { reads: {} } } },
    "hooks.initialize.reads: initialize sees no request: only hooks that see one have reads",
  ],
  [
    "a priority of a hook without an exchange",
    { ...SMALL, hooks: { on_event: { priority: 1 } } },
    "hooks.on_event.priority: on_event sees no request: only hooks that see one have priority",
  ],
  [
    "a key that no hook has",
    { ...SMALL, hooks: { on_event: { color: 1 } } },
    "hooks.on_event.color: unknown key, expected no keys",
  ],
  [
    "writes of a hook that judges",
    { ...SMALL, hooks: { authorize: { writes: {} } } },
    "hooks.authorize.writes: authorize changes nothing of a request: it has no writes",
  ],
  [
    "the host's own context key",
    { ...SMALL, provides: { auth: null } },
    "provides.auth: it is set by authenticate hooks alone, expected another key",
  ],
  [
    "a body mode that does not exist",
    hook({ reads: { body: "json" } }),
    'hooks.before_request.reads.body: expected text such as "none", "text" or "bytes", found "json"',
  ],
  [
    "a body without a mode",
    hook({ reads: { body: { bytes_max: 1 } } }),
    'hooks.before_request.reads.body: the key "mode" is missing',
  ],
  [
    "a body above the limit",
    hook({ reads: { body: { mode: "text", bytes_max: 2_000_000 } } }),
    "hooks.before_request.reads.body.bytes_max: expected an integer from 0 to 1048576, found 2000000",
  ],
  [
    "a header name with a colon",
    hook({ reads: { headers: ["a:b"] } }),
    'hooks.before_request.reads.headers[0]: expected text such as "content-type" or "*", found "a:b"',
  ],
  [
    "a priority in words",
    hook({ priority: "high" }),
    'hooks.before_request.priority: expected an integer from -1000000 to 1000000, found "high"',
  ],
  [
    "deep nesting",
    { ...SMALL, config_schema: nest(100_000) },
    "the manifest is nested too deep: expected at most 64 levels",
  ],
  [
    "__proto__",
    JSON.parse(
      '{"abi":1,"name":"w","version":"1.0.0","hooks":{"initialize":{}},"__proto__":{"critical":true}}',
    ),
    "__proto__: unknown key, expected one of $schema, abi, name, version, description, license, hooks, config_schema, requires, critical, capabilities, provides, consumes, limits, stateful",
  ],
];

test.each(MALFORMED)("a manifest with %s is refused by name", (_, value, message) => {
  expect(refusal(value)).toEqual({
    code: "plugin_manifest_invalid",
    message,
    position: { file: "weather.wasm" },
  });
});

test("the first five of many problems are told", () => {
  const value = { ...SMALL, a1: 0, b2: 0, c3: 0, d4: 0, e5: 0, f6: 0, g7: 0 };
  expect(refusal(value)).toMatchObject({
    message: expect.stringMatching(
      /^a1: .*\nb2: .*\nc3: .*\nd4: .*\ne5: .*\n2 more problems are not listed$/,
    ),
  });
});

function nest(levels: number): object {
  let value = {};
  for (let at = 0; at < levels; at++) value = { a: value };
  return value;
}
