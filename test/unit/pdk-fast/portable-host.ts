import type { JsonObject } from "../../../host/src/contracts/json.ts";

/** A source that uses functions of the host, and what it must answer in every target. */
export interface HostCase {
  readonly name: string;
  readonly capabilities: JsonObject;
  /** Body of `function answer(path: string, origin: string): string`. */
  readonly source: string;
  /** By path: the answer, or the text of the failure that ends the call. */
  readonly answers: readonly (readonly [path: string, answer: string | RegExp])[];
  readonly asked?: readonly string[];
  /** Requests that were sent, each as `METHOD url headers body`. */
  readonly sent?: readonly string[];
  /** Figures it has reported, each as `kind name labels value`. */
  readonly figures?: readonly string[];
}

const IMPORTS = `
import { clock, events, http, HttpRequest, kv, type Labels, lastFault, metrics, plugins } from "@backworks/pdk";
import { random, Reply, secrets, sql, tcp } from "@backworks/pdk";
import type { HttpResponse, Request } from "@backworks/pdk";
`;

/** All of a plugin's source. An import that is not used is no use of a capability. */
export function sourceOf({ source }: HostCase): string {
  return `${IMPORTS}
function show(text: string | null): string {
  return text === null ? "null" : "<" + text + ">";
}
${source}
export function processEndpoint(request: Request): Reply {
  const origin = request.header("x-origin");
  return Reply.text(200, answer(request.path, origin === null ? "" : origin));
}
`;
}

export const HOST_CASES: readonly HostCase[] = [
  {
    name: "kv",
    capabilities: { kv: {} },
    source: `
function answer(path: string, origin: string): string {
  if (path === "/text") {
    const before = kv.get("größe");
    kv.set("größe", "a\\0b 😀 \\ud83d.");
    return show(before) + show(kv.get("größe")) + \`\${kv.delete("größe")} \${kv.delete("größe")}\`;
  }
  if (path === "/bytes") {
    const bytes = new Uint8Array(3);
    bytes[1] = 255;
    kv.setBytes("b", bytes, 1000);
    const found = kv.getBytes("b");
    const none = kv.getBytes("none");
    kv.set("empty", "");
    const empty = kv.getBytes("empty");
    return (found === null ? "null" : found.join(",")) + \` \${none === null} \` + (empty === null ? "null" : empty.length.toString());
  }
  if (path === "/count") {
    const first = kv.increment("n");
    const second = kv.increment("n", 2.0, 1000);
    return \`\${first} \${second} \${kv.increment("n", -10)} \` + show(kv.get("n"));
  }
  if (path === "/set") {
    const was = kv.compareAndSet("c", null, "");
    const again = kv.compareAndSet("c", null, "other");
    const changed = kv.compareAndSet("c", "", "v", 5000);
    return \`\${was} \${again} \${changed} \${kv.compareAndSet("c", "x", "y")} \` + show(kv.get("c"));
  }
  if (path === "/fraction") return kv.increment("n", 0.5).toString();
  if (path === "/ttl") kv.set("a", "b", -1);
  if (path === "/long") kv.set("k".repeat(600), "v");
  if (path === "/word") {
    kv.set("word", "x");
    kv.increment("word");
  }
  const fault = lastFault();
  return fault === null ? "no fault" : fault.code;
}`,
    answers: [
      ["/text", "null<a\0b 😀 \ufffd.>true false"],
      ["/bytes", "0,255,0 true 0"],
      ["/count", "1 3 -7 <-7>"],
      ["/set", "true false true false <v>"],
      ["/fraction", /RangeError: a step is a whole number, not 0\.5/],
      ["/ttl", /RangeError: ttlMs is a whole number from 0 on, not -1/],
      ["/long", /HostError: a key has 600 bytes, 1 to 512 are expected/],
      ["/word", /HostError: the value of "word" is no whole number/],
      ["/none", "no fault"],
    ],
  },
  {
    name: "http",
    capabilities: { http: { hosts: ["http://127.0.0.1"] } },
    source: `
function tell(response: HttpResponse): string {
  const type = response.header("Content-Type");
  const latin = response.header("x-latin");
  return \`\${response.status} \${response.ok} \` + show(type) + show(latin) + response.headers("x-twice").join("|") +
    show(response.header("none")) + show(response.text()) + response.bytes().length.toString();
}
function answer(path: string, origin: string): string {
  if (path === "/get") return tell(http.get(origin + "/größe?q=1"));
  if (path === "/missing") return tell(http.get(origin + "/missing"));
  if (path === "/post") {
    const request = new HttpRequest("POST", origin + "/post");
    request.setHeader("Content-Type", "text/plain");
    request.setHeader("x-a", "gone");
    request.appendHeader("X-B", "b");
    request.setHeader("X-A", "1");
    request.appendHeader("x-a", "2");
    request.setBody("größe 😀\\n\\n");
    request.timeoutMs = 1000;
    return http.send(request).status.toString();
  }
  if (path === "/put") {
    const request = new HttpRequest("PUT", origin + "/put");
    const bytes = new Uint8Array(2);
    bytes[0] = 10;
    bytes[1] = 65;
    request.setBodyBytes(bytes);
    const response = http.trySend(request);
    return response === null ? "null" : response.status.toString();
  }
  if (path === "/denied") {
    const response = http.trySend(new HttpRequest("GET", "https://example.com/"));
    const fault = lastFault();
    return (response === null ? "null" : "some") + (fault === null ? "" : " " + fault.code + ": " + fault.message);
  }
  if (path === "/throws") return tell(http.get("https://example.com/"));
  if (path === "/method") return new HttpRequest("GET /", origin).method;
  if (path === "/url") return new HttpRequest("GET", origin + "/\\nx: y").url;
  if (path === "/scheme") return new HttpRequest("GET", "ftp://a").url;
  if (path === "/name") new HttpRequest("GET", origin).setHeader("a b", "c");
  if (path === "/value") new HttpRequest("GET", origin).appendHeader("a", "b\\nc: d");
  if (path === "/length") new HttpRequest("GET", origin).setHeader("Content-Length", "1");
  return "";
}`,
    answers: [
      [
        "/get",
        "200 true <text/plain><größe>one|two: 2null<GET /gr%C3%B6%C3%9Fe?q=1 größe 😀\n\nend>45",
      ],
      ["/missing", "404 false <text/plain><größe>one|two: 2null<>0"],
      ["/post", "200"],
      ["/put", "200"],
      ["/denied", /^null not_granted: .*example\.com/],
      ["/throws", /HostError: .*example\.com/],
      ["/method", /TypeError: "GET \/" is none of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS/],
      ["/url", /TypeError: ".*\\+nx: y" is no absolute http or https URL/],
      ["/scheme", /TypeError: "ftp:\/\/a" is no absolute http or https URL/],
      ["/name", /TypeError: "a b" is no header name/],
      ["/value", /TypeError: the value of header a has "\\+n", which no header can carry/],
      ["/length", /TypeError: the host alone writes header content-length/],
    ],
    sent: [
      "GET /gr%C3%B6%C3%9Fe?q=1  ",
      "GET /missing  ",
      "POST /post text/plain|1, 2|b größe 😀\n\n",
      "PUT /put  \nA",
    ],
  },
  {
    name: "secrets and other plugins",
    capabilities: { secrets: ["token"], plugins: ["geo", "broken", "absent"] },
    source: `
function answer(path: string, origin: string): string {
  if (path === "/secret") return secrets.get("token");
  if (path === "/other") return secrets.get("other");
  if (path === "/call") return plugins.call("geo", "abc") + plugins.callBytes("geo", new Uint8Array(2)).join(",");
  if (path === "/broken") return plugins.call("broken", "");
  const found = plugins.tryCall(path.substring(1), "x");
  const fault = lastFault();
  return show(found) + (fault === null ? "" : fault.code);
}`,
    answers: [
      ["/secret", "größe 😀"],
      ["/other", /HostError: the secret \\*"other\\*" is not granted/],
      ["/call", "cba0,0"],
      ["/broken", /HostError: plugin \\*"broken\\*" failed/],
      ["/geo", "<x>"],
      ["/absent", "nullunavailable"],
      ["/stranger", "nullnot_granted"],
      ["/geo", "<x>"],
    ],
    asked: ["geo: abc", "geo: \0\0", "broken: ", "geo: x", "geo: x"],
  },
  {
    name: "events",
    capabilities: { events: { publish: ["a.b"] } },
    source: `
function answer(path: string, origin: string): string {
  if (path === "/text") events.publish("a.b", "größe 😀");
  if (path === "/bytes") events.publishBytes("a.b", new Uint8Array(2));
  if (path === "/other") events.publish("a.c", "");
  return "done";
}`,
    answers: [
      ["/text", "done"],
      ["/bytes", "done"],
      ["/other", /HostError: publishing \\*"a\.c\\*" is not granted/],
    ],
    asked: ["event a.b: gr\u00c3\u00b6\u00c3\u009fe \u00f0\u009f\u0098\u0080", "event a.b: \0\0"],
  },
  {
    name: "metrics",
    capabilities: { metrics: {} },
    source: `
function answer(path: string, origin: string): string {
  const labels = new Map<string, string>();
  const none: Labels = null;
  labels.set("code", "200 ü");
  labels.set("a", "");
  if (path === "/record") {
    metrics.count("hits_total");
    metrics.count("hits_total", 2.5, labels);
    metrics.gauge("level", -1e-7, none);
    metrics.observe("seconds", 0.02, labels);
  }
  if (path === "/kind") metrics.gauge("hits_total", 1);
  if (path === "/name") metrics.count("a 1\\nb");
  if (path === "/nan") metrics.gauge("level", 0.0 / 0.0);
  if (path === "/label") labels.set("b", "x\\ny");
  if (path === "/tab") labels.set("b", "\\t");
  if (path === "/next-line") labels.set("b", "\\u0085");
  if (labels.has("b")) {
    metrics.count("hits_total", 1, labels);
  }
  return "done";
}`,
    answers: [
      ["/record", "done"],
      ["/kind", /HostError: the metric hits_total is a counter, not a gauge/],
      ["/name", /TypeError: "a 1\\+nb" is no name of a metric or label: it does not match/],
      ["/nan", /RangeError: the value of metric level is a finite number, not NaN/],
      ["/label", /TypeError: the label "x\\+ny" has a control character/],
      ["/tab", /TypeError: the label "\\+t" has a control character/],
      ["/next-line", /TypeError: the label .* has a control character/],
    ],
    figures: [
      "counter hits_total {} 1",
      'counter hits_total {"a":"","code":"200 ü"} 2.5',
      "gauge level {} -1e-7",
      'histogram seconds {"a":"","code":"200 ü"} 0.02',
    ],
  },
  {
    name: "time and chance",
    capabilities: { clock: {}, random: {} },
    source: `
function answer(path: string, origin: string): string {
  if (path === "/clock") return \`\${clock.nowMs()} \${clock.monotonicMs()}\`;
  if (path === "/random") return random.bytes(4).join(",") + \` \${random.bytes(0).length} \` + random.uuid();
  if (path === "/many") return random.bytes(70000).length.toString();
  return random.bytes(-1).length.toString();
}`,
    answers: [
      ["/clock", "1700000000012 12"],
      ["/random", "5,42,79,116 0 052a4f74-99be-4308-ad52-779cc1e60b30"],
      ["/many", /HostError: 0 to 65536 random bytes/],
      ["/none", /RangeError: a length is a whole number from 0 on, not -1/],
    ],
  },
  {
    name: "databases and peers",
    capabilities: { sql: ["main"], tcp: ["peer.example:7"] },
    source: `
function answer(path: string, origin: string): string {
  if (path === "/rows") return sql.queryJson("main", "select ?", '["ü", 1]');
  if (path === "/no") return sql.queryJson("main", "no", "[]");
  if (path === "/denied") return sql.queryJson("other", "no", "[]");
  if (path === "/stranger") tcp.open("other.example:7").close();
  const connection = tcp.open("peer.example:7");
  const bytes = new Uint8Array(2);
  bytes[0] = 7;
  connection.send(bytes);
  const first = connection.receive(100, 50);
  const end = connection.receive(100, 50);
  connection.close();
  return (first === null ? "null" : first.join(",")) + (end === null ? " end" : " more");
}`,
    answers: [
      ["/rows", '[{"id":1,"name":"größe 😀"}]'],
      ["/no", /HostError: no statement/],
      ["/denied", /HostError: .*other/],
      ["/stranger", /HostError: .*other\.example:7/],
      ["/peer", "7,0 end"],
    ],
    asked: [
      'main: select ? ["ü",1]',
      "main: no []",
      "open peer.example:7",
      "send 7,0",
      "receive 100 50",
      "receive 100 50",
      "close",
    ],
  },
];
