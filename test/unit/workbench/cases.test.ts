import { describe, expect, test } from "vitest";
import { parseCases } from "../../../host/src/workbench/cases/read-cases.ts";
import { runCase } from "../../../host/src/workbench/cases/run-case.ts";
import { checkPluginBytes, type CheckedPlugin } from "../../../host/src/plugins/check.ts";
import { buildFiles } from "../../support/plugins.ts";

const MANIFEST = `
name: sample
version: 1.0.0
hooks:
  authenticate: { reads: { headers: [authorization] } }
  before_request: { match: { paths: ["/in/*"], methods: [POST] }, reads: { body: text } }
  process_endpoint: { match: { routes: [main] } }
  after_response: {}
  on_message: {}
  on_event: {}
  on_call: {}
  track_event: {}
  config_reload: {}
  start: {}
config_schema: { type: object, properties: { word: { type: string } } }
capabilities: { kv: {}, http: { hosts: ["https://a.example"] } }
`;

const SOURCE = `
import { config, http, kv, log, Reply, Verdict } from "@backworks/pdk";
export function authenticate(request) {
  const token = request.header("authorization");
  return token === "bad" ? Verdict.denied("no such token") : token ? Verdict.identified(token) : null;
}
export function beforeRequest(request) {
  if (request.text() === "throw") throw new Error("thrown on purpose");
  request.setHeader("x-a", "1");
  request.setTarget("/out?x=1");
  request.provide("seen", { at: 7 });
  request.setBody({ toString: () => "new" }.toString());
}
export function processEndpoint() { return Reply.json(201, { list: [{ a: 1, b: 2 }] }); }
export function afterResponse(request, reply) {
  kv.set("last", "x");
  reply.setHeader("x-after", "yes");
}
export function onMessage(message) { message.reply("got " + message.text()); message.close(); }
export function onEvent(event) { log.info(event.topic + event.publisher); }
export function onCall(input) { return http.get("https://a.example/" + input.text()).text(); }
export function trackEvent(value) { return { given: value }; }
export function configReload() { log.info(config.get("word") ?? "none"); }
export function start() {}
`;

let plugin: Promise<CheckedPlugin> | undefined;

async function failuresOf(yaml: string): Promise<readonly string[]> {
  plugin ??= buildFiles({ "plugin.yaml": MANIFEST, "plugin.ts": SOURCE }).then(async ({ bytes }) =>
    checkPluginBytes(bytes, "sample.wasm"),
  );
  const [only] = parseCases(yaml, "cases.yaml");
  if (only === undefined) throw new Error("expected a case");
  return (await runCase(await plugin, only)).failures;
}

const PASSING: readonly [what: string, yaml: string][] = [
  ["no hook matches", "- { name: a, request: { method: GET, path: /x, route: other } }"],
  [
    "a request goes through hooks, endpoint and back",
    "- { name: a, request: { method: POST, path: '/in/1?q' }, response: { status: 201, body: { list: [{ a: 1 }] }, headers: { x-after: 'yes', content-type: application/json } }, stores: { last: x, other: null } }",
  ],
  [
    "edits are those of before_request",
    "- { name: a, request: { method: POST, path: /in/1 }, edits: { headers: { X-A: '1' }, target: '/out?x=1', context: { seen: { at: 7 } }, body: new } }",
  ],
  [
    "the handler answers where the endpoint is for another route",
    "- { name: a, request: { route: other }, handler: { status: 404, body: none }, response: { status: 404, body: none } }",
  ],
  [
    "a denial ends the request, but for after_response",
    "- { name: a, request: { headers: { authorization: bad } }, verdict: { outcome: denied, status: 401 }, response: { status: 401, headers: { x-after: 'yes' } } }",
  ],
  [
    "an identity",
    "- { name: a, hook: authenticate, request: { headers: { authorization: ann } }, verdict: { outcome: identified, subject: ann } }",
  ],
  ["no opinion", "- { name: a, hook: authenticate, verdict: null }"],
  [
    "an error that is expected",
    "- { name: a, request: { method: POST, path: /in/1, body: throw }, error: thrown on purpose }",
  ],
  [
    "an error that is expected by its code, and what was done before it",
    "- { name: a, request: { method: POST, path: /in/1, body: throw }, error: 'guest_failed: ', stores: { last: null } }",
  ],
  [
    "a configuration that is refused, by its text",
    "- { name: a, hook: start, config: { word: 7 }, error: plugins.sample.config.word }",
  ],
  [
    "a configuration that is refused, by its code",
    "- { name: a, config: { word: 7 }, error: plugin_config_invalid }",
  ],
  [
    "a message",
    "- { name: a, hook: on_message, message: { payload: { hex: '68 69' }, state: { n: 1 } }, output: { sends: got hi, state: null, closes: true } }",
  ],
  [
    "an event",
    "- { name: a, hook: on_event, message: { topic: t, publisher: p }, logs: [{ info: tp }] }",
  ],
  [
    "a call, and what it sends",
    "- { name: a, hook: on_call, input: x, http: [{ url: 'https://a.example/x', body: y }], output: y, sends: [{ url: 'https://a.example/x', body: '' }] }",
  ],
  ["JSON", "- { name: a, hook: track_event, input: [1], output: { given: [1] } }"],
  [
    "a configuration",
    "- { name: a, hook: config_reload, config: { word: w }, logs: [{ info: w }] }",
  ],
  ["nothing at all", "- { name: a, hook: start }"],
];

describe("a case passes", () => {
  test.each(PASSING)("%s", async (_, yaml) => {
    expect(await failuresOf(yaml)).toEqual([]);
  });
});

const IN = "request: { method: POST, path: /in/1 }";

const FAILING: readonly [yaml: string, failure: string | RegExp][] = [
  [`${IN}, response: { status: 200 }`, "response.status: expected 200, found 201"],
  [`${IN}, response: { body: text }`, /^response\.body: expected "text", found "\{/],
  [
    `${IN}, response: { body: { list: [] } }`,
    'response.body.list: expected [], found [{"a":1,"b":2}]',
  ],
  [
    `${IN}, response: { body: { list: [{ c: 3 }] } }`,
    "response.body.list[0].c: expected 3, found nothing",
  ],
  [`${IN}, response: { body: { list: { a: 1 } } }`, /^response\.body\.list: expected \{"a":1\}/],
  [
    `request: { route: other }, handler: { body: plain }, response: { body: { a: 1 } }`,
    'response.body: expected {"a":1}, found "plain", which is no JSON',
  ],
  [`hook: before_request, ${IN}, response: {}`, /^response: expected one, but the request goes on/],
  [`${IN}, edits: {}`, "edits: expected none, found headers, target, context, body"],
  [`${IN}, edits: { headers: { x-b: null } }`, "edits.headers.x-b: expected that it is removed"],
  [`${IN}, edits: { status: 401 }`, "edits.status: expected 401, found nothing"],
  [`hook: start, edits: {}`, "edits: expected some, but no hook was called"],
  [`${IN}, verdict: { outcome: allowed }`, /^verdict: expected .*, found nothing$/],
  [`${IN}, logs: [{ info: a }]`, 'logs[0]: expected "info: a", found []'],
  [`${IN}, stores: { last: y }`, 'stores.last: expected "y", found "x"'],
  [`${IN}, stores: { last: null }`, 'stores.last: expected nothing, found "x"'],
  [`${IN}, stores: { other: y }`, 'stores.other: expected "y", found nothing'],
  [`${IN}, sends: [{}]`, "sends: expected 1 requests, found []"],
  [`${IN}, error: bad`, 'error: expected "bad", found nothing'],
  [`hook: on_message, output: { closes: false }`, "output.closes: expected false, found true"],
  [`hook: track_event, output: text`, /^output: expected "text"/],
  [`hook: audit_log`, /^test_invalid: sample declares no hook audit_log/],
  [`hook: start, config: { word: 7 }`, /^plugin_config_invalid: plugins\.sample\.config\.word: /],
  [`request: { path: /in/1, method: POST, body: throw }`, /^before_request failed: .*on purpose/],
  [
    `request: { path: /in/1, method: POST, body: throw }, error: other`,
    /^error: expected "other", found ".*on purpose/,
  ],
  [
    `hook: start, config: { word: 7 }, error: other`,
    /^error: expected "other", found "plugin_config_invalid: plugins\.sample\.config\.word/,
  ],
  [`hook: audit_log, error: test_invalid`, /^test_invalid: sample declares no hook audit_log/],
  [
    `request: { path: /in/1, method: POST, body: throw }, error: on purpose, logs: [{ info: x }]`,
    'logs[0]: expected "info: x", found []',
  ],
  [`hook: on_call, input: x`, /^http: no route for GET https:\/\/a\.example\/x; there are none$/],
  [
    `hook: on_call, input: x, http: [{ url: "https://a.example/y" }]`,
    "http: no route for GET https://a.example/x; there are any https://a.example/y (cases.yaml:1:45)",
  ],
];

describe("a case fails", () => {
  test.each(FAILING)("%s", async (yaml, failure) => {
    const [first, ...others] = await failuresOf(`- { name: a, ${yaml} }`);
    expect(others).toEqual([]);
    if (typeof failure === "string") expect(first).toBe(failure);
    else expect(first).toMatch(failure);
  });
});

const WRONG_DOUBLES: readonly [yaml: string, failure: string][] = [
  [
    `http: [{ url: "https://b.example/*" }]`,
    "http[0].url: the plugin asks for https://a.example:443 under capabilities.http, not for https://b.example:443 (cases.yaml:1:28)",
  ],
  [
    `http: [{ url: /x }]`,
    'http[0].url: expected a URL such as https://a.example/x, found "/x" (cases.yaml:1:28)',
  ],
  [
    `tcp: { "plc:502": [{ sends: a }] }`,
    'tcp["plc:502"]: the plugin asks for nothing under capabilities.tcp (cases.yaml:1:32)',
  ],
  [
    `sql: [{ statement: SELECT 1 }]`,
    "sql[0].database: the plugin asks for nothing under capabilities.sql (cases.yaml:1:20)",
  ],
  [
    `secrets: { key: k }`,
    "secrets.key: the plugin asks for nothing under capabilities.secrets (cases.yaml:1:30)",
  ],
  [
    `plugins: { geo: x }`,
    "plugins.geo: the plugin asks for nothing under capabilities.plugins (cases.yaml:1:30)",
  ],
  [
    `clock: soon`,
    'clock: expected milliseconds since 1970 or a time such as 2026-01-01T00:00:00Z, found "soon" (cases.yaml:1:21)',
  ],
];

describe("a double that the plugin can never meet fails its case, with its place", () => {
  test.each(WRONG_DOUBLES)("%s", async (yaml, failure) => {
    expect(await failuresOf(`- { name: a, ${yaml} }`)).toEqual([`test_invalid: ${failure}`]);
    const expecting = await failuresOf(`- { name: a, ${yaml}, error: test_invalid }`);
    expect(expecting).toEqual([`test_invalid: ${failure}`]);
  });

  test.each([
    `http: [{ url: "https://*" }, { url: "*" }, { url: https://a.example }]`,
    `kv: { a: 1 }`,
    `plugins: {}`,
    `clock: 0`,
  ])("and others do not: %s", async (yaml) => {
    expect(await failuresOf(`- { name: a, hook: start, ${yaml} }`)).toEqual([]);
  });
});
