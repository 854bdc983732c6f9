import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import {
  CAPABILITY_FAULTS,
  type CapabilityFault,
} from "../../../host/src/contracts/capabilities.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { WORLDS, type StartPlugin } from "../../support/direct-plugin.ts";
import { FakeServices } from "../../support/fake-services.ts";
import { buildSource, headOf, runPlugin } from "../../support/plugins.ts";

/** All that can be declared. */
const CAPABILITIES: JsonObject = {
  kv: {},
  http: { hosts: ["https://api.example.com"] },
  secrets: ["KEY"],
  plugins: ["geo"],
  events: { publish: ["orders.created"] },
  metrics: {},
  clock: {},
  random: {},
  sql: ["main"],
  tcp: ["plc:502"],
};

const IMPORTS =
  "kv, http, HttpRequest, secrets, plugins, events, metrics, clock, random, sql, tcp, lastFault, HostError";

/** Runs statements that return a JSON value; answers it. */
async function evaluate(
  start: StartPlugin,
  statements: string,
  services: FakeServices,
): Promise<unknown> {
  const source = `
    import { Reply, ${IMPORTS} } from "@backworks/pdk";
    const decode = (bytes: Uint8Array | null) => bytes === null ? null : new TextDecoder().decode(bytes);
    export function processEndpoint(): Reply {
      const result = (() => { ${statements} })();
      return Reply.json(200, result ?? null);
    }`;
  const options = { capabilities: CAPABILITIES, services };
  const plugin = await start(source, { process_endpoint: {} }, options);
  const output = await plugin.call("process_endpoint", headOf("GET /"));
  return JSON.parse(output.slice(output.indexOf("\n\n")));
}

const FRAME = "!201\ncontent-type: text/plain\nx-many: a\nx-many: b\n\nü\n\n😀";

/** What the plugin runs, what the host hears, what the plugin gets. */
const CASES: readonly (readonly [
  string,
  readonly string[],
  unknown,
  string | Uint8Array | bigint,
])[] = [
  ["return kv.get('a')", ['bw_kv_get "a"'], "value", "value"],
  ["return kv.get('ü😀')", ['bw_kv_get "ü😀"'], null, 0n],
  ["return kv.get('\\ud800')", ['bw_kv_get "\ufffd"'], "", ""],
  ["return kv.get('a')", ['bw_kv_get "a"'], "\ufffd", Buffer.of(0xff)],
  ["return decode(kv.getBytes('a'))", ['bw_kv_get "a"'], "ü", "ü"],
  ["return kv.getBytes('a')", ['bw_kv_get "a"'], null, 0n],
  ["return kv.getJson('a')", ['bw_kv_get "a"'], { n: [1] }, '{"n":[1]}'],
  ["return kv.getJson('a')", ['bw_kv_get "a"'], null, 0n],
  ["kv.set('a', 'b')", ['bw_kv_set "a" "b" 0'], null, 0n],
  ["kv.set('a', '', 5)", ['bw_kv_set "a" "" 5'], null, 0n],
  ["kv.setBytes('a', new Uint8Array([66]), 1)", ['bw_kv_set "a" "B" 1'], null, 0n],
  ["kv.setBytes('a', new Uint8Array(0))", ['bw_kv_set "a" "" 0'], null, 0n],
  ["kv.setJson('a', { n: 1 })", ['bw_kv_set "a" "{\\"n\\":1}" 0'], null, 0n],
  ["return kv.delete('a')", ['bw_kv_delete "a"'], true, 1n],
  ["return kv.delete('a')", ['bw_kv_delete "a"'], false, 0n],
  ["return kv.increment('a')", ['bw_kv_increment "a" 1 0'], 4, "4"],
  ["return kv.increment('a', -3, 10)", ['bw_kv_increment "a" -3 10'], -12, "-12"],
  ["return kv.compareAndSet('a', null, 'b')", ['bw_kv_compare_and_set "a" 0 "b" 0'], true, 1n],
  ["return kv.compareAndSet('a', '', 'b', 7)", ['bw_kv_compare_and_set "a" "" "b" 7'], false, 0n],
  [
    "const r = http.get('https://a/ü'); return [r.status, r.ok, r.header('Content-Type'), r.headers('x-many'), r.header('x-no'), r.text(), r.bytes().length]",
    ['bw_http_send "GET https://a/ü\\n" 0'],
    [201, true, "text/plain", ["a", "b"], null, "ü\n\n😀", 8],
    FRAME,
  ],
  [
    "const q = new HttpRequest('POST', 'http://a/'); q.setHeader('X-A', '1'); q.appendHeader('x-b', '2'); q.appendHeader('x-b', '3'); q.setHeader('x-a', '4'); q.setBody('ü'); q.timeoutMs = 9; const r = http.send(q); return [r.status, r.ok, r.json()]",
    ['bw_http_send "POST http://a/\\nx-a: 4\\nx-b: 2\\nx-b: 3\\n\\nü" 9'],
    [404, false, [1]],
    "!404\n\n[1]",
  ],
  [
    "const q = new HttpRequest('PUT', 'http://a/'); q.setBodyBytes(new Uint8Array([65, 10])); return http.trySend(q)?.text()",
    ['bw_http_send "PUT http://a/\\n\\nA\\n" 0'],
    "",
    "!200\n\n",
  ],
  ["return secrets.get('KEY')", ['bw_secret_get "KEY"'], "s3cret", "s3cret"],
  ["return plugins.call('geo', 'in')", ['bw_plugin_call "geo" "in"'], "out", "out"],
  ["return plugins.call('geo', '')", ['bw_plugin_call "geo" ""'], "", 0n],
  ["return plugins.tryCall('geo', 'x')", ['bw_plugin_call "geo" "x"'], "o", "o"],
  [
    "return decode(plugins.callBytes('geo', new Uint8Array([65])))",
    ['bw_plugin_call "geo" "A"'],
    "B",
    "B",
  ],
  ["return plugins.callBytes('geo', new Uint8Array(0)).length", ['bw_plugin_call "geo" ""'], 0, 0n],
  ["events.publish('t', 'p')", ['bw_event_publish "t" "p"'], null, 0n],
  ["events.publishBytes('t', new Uint8Array([65]))", ['bw_event_publish "t" "A"'], null, 0n],
  ["metrics.count('a')", ['bw_metric_record "counter a 1\\n"'], null, 0n],
  ["metrics.gauge('a', -1.5)", ['bw_metric_record "gauge a -1.5\\n"'], null, 0n],
  [
    "metrics.observe('a', 1e-7, { x: 'ü', y: '' })",
    ['bw_metric_record "histogram a 1e-7\\nx: ü\\ny: \\n"'],
    null,
    0n,
  ],
  [
    "metrics.count('a', 2, new Map([['x', 'y']]))",
    ['bw_metric_record "counter a 2\\nx: y\\n"'],
    null,
    0n,
  ],
  ["return clock.nowMs()", ["bw_clock_now"], 1_700_000_000_123.456, 1_700_000_000_123_456n],
  ["return clock.monotonicMs()", ["bw_clock_monotonic"], 1.5, 1_500_000n],
  ["return [...random.bytes(3)]", ["bw_random_bytes 3"], [97, 98, 99], "abc"],
  ["return random.bytes(0).length", ["bw_random_bytes 0"], 0, ""],
  [
    "return random.uuid()",
    ["bw_random_bytes 16"],
    "ffffffff-ffff-4fff-bfff-ffffffffffff",
    new Uint8Array(16).fill(255),
  ],
  [
    "return sql.query('main', 'q', [1, null])",
    ['bw_sql_query "main" "q" "[1,null]"'],
    [{ a: 1 }],
    '[{"a":1}]',
  ],
  ["return sql.query('main', 'q')", ['bw_sql_query "main" "q" "[]"'], [], "[]"],
  ["return sql.queryJson('main', 'q', '[]')", ['bw_sql_query "main" "q" "[]"'], "[]", "[]"],
  ["tcp.open('plc:502').close()", ['bw_tcp_open "plc:502"', "bw_tcp_close 7"], null, 7n],
  [
    "tcp.open('plc:502').send(new Uint8Array([65]))",
    ['bw_tcp_open "plc:502"', 'bw_tcp_send 7 "A"'],
    null,
    7n,
  ],
  [
    "return tcp.open('plc:502').receive(10, 20)",
    ['bw_tcp_open "plc:502"', "bw_tcp_receive 7 10 20"],
    null,
    7n,
  ],
];

/** Mistakes that the host never sees. */
const MISTAKES: readonly (readonly [string, string])[] = [
  ["kv.get(5 as any)", "a key is a string, not number"],
  ["kv.setBytes('a', 'b' as any)", "a value is a Uint8Array, not string"],
  ["kv.set('a', 'b', 1.5)", "ttlMs is a whole number from 0 on, not 1.5"],
  ["kv.set('a', 'b', -1)", "ttlMs is a whole number from 0 on, not -1"],
  ["kv.increment('a', 2 ** 53)", "a step is a whole number, not 9007199254740992"],
  ["kv.setJson('a', undefined)", "the value of a is no JSON"],
  ["new HttpRequest('get', 'https://a')", '"get" is none of GET, HEAD'],
  ["new HttpRequest('GET', '/a')", '"/a" is no absolute http or https URL'],
  ["new HttpRequest('GET', 'https://a b')", "is no absolute http or https URL"],
  ["new HttpRequest('GET', 'https://a').setHeader('a b', 'c')", '"a b" is no header name'],
  ["new HttpRequest('GET', 'https://a').setHeader('a', '\\n')", "which no header can carry"],
  ["new HttpRequest('GET', 'https://a').setHeader('TE', '')", "the host alone writes header te"],
  ["const q = new HttpRequest('GET', 'https://a'); q.timeoutMs = -1; http.send(q)", "timeoutMs"],
  ["metrics.count('A b')", '"A b" is no name of a metric or label'],
  ["metrics.count('a', NaN)", "the value of metric a is a finite number, not NaN"],
  ["metrics.count('a', 1, { 'x\\ny': '' })", "is no name of a metric or label"],
  ["metrics.count('a', 1, { x: 'a\\nb' })", "has a control character"],
  ["metrics.count('a', 1, { x: 'a\\tb' })", "has a control character"],
  ["metrics.count('a', 1, { x: 'a\\u009fb' })", "has a control character"],
  ["random.bytes(-1)", "a length is a whole number from 0 on, not -1"],
];

const FAULTS = Object.keys(CAPABILITY_FAULTS) as CapabilityFault[];

test("what the kernel has no room for is an error of the call, and the plugin goes on", async () => {
  const source = `
    import { kv, Reply, type Request } from "@backworks/pdk";
    export function processEndpoint(request: Request): Reply {
      kv.setBytes("a", new Uint8Array(Number(request.query("n"))));
      return Reply.empty(204);
    }`;
  const services = new FakeServices();
  const built = await buildSource(source, { process_endpoint: {} }, { capabilities: { kv: {} } });
  const limits = { kernelBytesMax: 100_000, call: { fuel: 1_000_000_000, timeMs: 20_000 } };
  const plugin = await runPlugin(built, { services: services.bound, limits });
  const call = async (n: number) => plugin.call("process_endpoint", headOf(`GET /?n=${n}`));
  await expect(call(200_000)).rejects.toThrow(
    "what the host was to be given is larger than it takes",
  );
  expect(services.calls).toEqual([]);
  expect(await call(10)).toBe("!204\n");
});

describe.each(WORLDS)("%s", (_world, start) => {
  test.each(CASES)("%s", async (statements, heard, result, answer) => {
    const services = new FakeServices(
      Object.fromEntries(
        heard.map((call, index) => [call.split(" ")[0], () => (index === 0 ? answer : 0n)]),
      ),
    );
    expect(await evaluate(start, statements, services)).toEqual(result);
    expect(services.calls).toEqual(heard);
  });

  test.each(MISTAKES)("%s is an error of the author's", async (statements, message) => {
    const services = new FakeServices();
    await expect(evaluate(start, statements, services)).rejects.toThrow(message);
    expect(services.calls).toEqual([]);
  });

  test.each(FAULTS)("a fault of the host is a HostError with the code %s", async (fault) => {
    const fail = () => services.fail(fault, "because");
    const services = new FakeServices({
      bw_kv_get: fail,
      bw_http_send: fail,
      bw_plugin_call: fail,
    });
    const statements = `
      const before = lastFault();
      const request = new HttpRequest("GET", "https://a");
      const nothing = [http.trySend(request), plugins.tryCall("geo", "")];
      try { kv.get("a"); } catch (error) {
        if (!(error instanceof HostError)) throw error;
        const last = lastFault();
        return [before, nothing, error.name, error.code, error.message, last];
      }`;
    expect(await evaluate(start, statements, services)).toEqual([
      null,
      [null, null],
      "HostError",
      fault,
      "because",
      // All of it prints as JSON.
      { code: fault, message: "because" },
    ]);
  });

  test("what went wrong in a call is forgotten in the next one", async () => {
    const services = new FakeServices({ bw_kv_get: () => services.fail("quota", "full") });
    const source = `
      import { Reply, kv, lastFault, type Request } from "@backworks/pdk";
      export function processEndpoint(request: Request): Reply {
        try { if (request.path === "/get") kv.get("a"); } catch {}
        return Reply.text(200, lastFault()?.code ?? "none");
      }`;
    const options = { capabilities: { kv: {} }, services };
    const plugin = await start(source, { process_endpoint: {} }, options);
    const call = async (path: string) =>
      (await plugin.call("process_endpoint", headOf(`GET ${path}`))).split("\n\n")[1];
    expect([await call("/"), await call("/get"), await call("/")]).toEqual([
      "none",
      "quota",
      "none",
    ]);
  });

  test("an error that is none of the host's passes through trySend", async () => {
    const statements = "http.trySend(undefined as any)";
    await expect(evaluate(start, statements, new FakeServices())).rejects.toThrow("TypeError");
  });
});
