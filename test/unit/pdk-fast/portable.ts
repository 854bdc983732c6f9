import type { HookName } from "../../../host/src/contracts/hooks.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { headOf } from "../../support/plugins.ts";

export interface Call {
  readonly head: string;
  readonly body?: Uint8Array | string;
}

/** A source that must answer the same to the byte in both targets. */
interface Portable {
  readonly name: string;
  readonly hook: HookName;
  readonly hooks: JsonObject;
  readonly source: string;
  readonly config?: JsonObject;
  readonly calls: readonly Call[];
}

const BINARY = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7 + 3) % 256);

export const PORTABLE: readonly Portable[] = [
  {
    name: "a middleware that edits headers, target and context, or answers",
    hook: "before_request",
    hooks: {
      initialize: {},
      before_request: {
        reads: { headers: ["*", "cookie"], params: ["id"], context: ["user", "own"] },
      },
    },
    config: { realm: "größe 😀" },
    source: `
import { config, log, Reply, type Request } from "@backworks/pdk";
import type { PluginHealth } from "@backworks/pdk";
import { admin } from "./admin.ts";

let realm = "";
export function initialize(): void {
  const found = config.get("realm");
  realm = found === null ? "none" : found;
}

export function beforeRequest(request: Request): Reply | null {
  const cookie = request.header("Cookie");
  request.provide("own", "mine \\"\\n\\ud83d\\ude00");
  request.provide("count", 3);
  request.provide("yes", true);
  if (request.path.startsWith(admin())) {
    const reply = Reply.text(403, "forbidden: " + request.target);
    reply.setHeader("WWW-Authenticate", "Basic realm=x");
    reply.appendHeader("set-cookie", "a=1");
    reply.appendHeader("set-cookie", "b=2");
    return reply;
  }
  request.removeHeader("x-Gone");
  request.setHeader("X-Seen", cookie === null ? "no" : \`yes:\${cookie.length}\`);
  request.appendHeader("x-seen", "again");
  const seen = request.headers("x-seen");
  request.setHeader("x-count", seen.length.toString() + seen.join("/"));
  const q = request.query("q");
  if (q !== null) request.setTarget("/found?was=" + q.length.toString());
  const user = request.context<string>("user");
  const id = request.param("id");
  request.setHeader("x-user", (user === null ? "?" : user) + (id === null ? "?" : id));
  request.setHeader("x-own", request.context<string>("own")!.length.toString());
  request.setHeader("x-realm", realm.length.toString());
  log.info("path " + request.path);
  return null;
}
`,
    calls: [
      { head: headOf("GET /") },
      { head: headOf("GET /admin?x=1", ["cookie: a=b"]) },
      { head: headOf("GET /a?q=%F0%9F%98%80+x%zz", ["x-seen: one", "cookie: s=1", "x-seen: two"]) },
      { head: headOf("GET /a?qq=1&q=", ["COOKIE-2: no"], [':param.id: "a"']) },
      { head: headOf("GET /a?q", [], [':param.id: "\\u00e9\\""', ':context.user: "An\\\\n"']) },
      { head: headOf("GET /a?&&q=a%26b%3D", [], [":context.user: null"]) },
    ],
  },
  {
    name: "an endpoint that reads a text body, and reports problems",
    hook: "process_endpoint",
    hooks: { process_endpoint: { reads: { body: "text" } } },
    source: `
import { Reply, Request } from "@backworks/pdk";

class Report {
  words: number = 0;
  units: number = 0;
}

function count(text: string): Report {
  const report = new Report();
  const words = text.split(" ");
  for (let i = 0; i < words.length; i++) {
    if (words[i] === "") continue;
    report.words += 1;
    report.units += words[i]!.length;
  }
  return report;
}

export function processEndpoint(request: Request): Reply {
  if (request.method !== "POST") return Reply.empty(405);
  const text = request.text();
  if (text === "") return Reply.problem(422, { title: "Empty", detail: "no \\"text\\"\\u0001" });
  if (text === "!") return Reply.problem(400, { title: "Bad" });
  const report = count(text);
  const mean = report.units / report.words;
  const reply = Reply.text(200, \`\${report.words} words, mean \${mean}, \${request.bytes().length} bytes\\n\${text}\`);
  reply.status = reply.status + 1;
  return reply;
}
`,
    calls: [
      { head: headOf("GET /") },
      { head: headOf("POST /"), body: "" },
      { head: headOf("POST /"), body: "!" },
      { head: headOf("POST /"), body: "one" },
      { head: headOf("POST /"), body: "a bb cccc" },
      { head: headOf("POST /"), body: "\ufeffé 😀\n\n𝄞 x" },
      { head: headOf("POST /"), body: "a \0b \ud7ff\u2028 z" },
      { head: headOf("POST /"), body: "x".repeat(70_000) },
    ],
  },
  {
    name: "a response hook",
    hook: "after_response",
    hooks: {
      after_response: {
        reads: { headers: ["accept"], response_headers: ["*", "set-cookie"], body: "text" },
      },
    },
    source: `
import { Reply, Request } from "@backworks/pdk";
export function afterResponse(request: Request, reply: Reply): void {
  if (reply.status === 204) return;
  const accept = request.header("accept");
  const type = reply.header("Content-Type");
  reply.setHeader("x-was", reply.status.toString() + (type === null ? "" : type) + (accept === null ? "" : accept));
  reply.appendHeader("vary", "accept");
  reply.setHeader("x-vary", reply.headers("vary").join(","));
  reply.removeHeader("set-cookie");
  reply.setHeader("x-cookies", reply.headers("set-cookie").length.toString());
  if (reply.status >= 400) {
    reply.status = 200;
    request.provide("status", "hidden");
    reply.status = 202;
    reply.setBody(reply.text().toUpperCase() + ".");
  }
}
`,
    calls: [
      { head: headOf("GET /", ["accept: a"], ["!200", "content-type: b", "vary: c"]), body: "x" },
      { head: headOf("GET /", ["!404: no"], ["!204"]), body: "" },
      { head: headOf("GET /", [], ["!404", "set-cookie: a", "set-cookie: b"]), body: "größe" },
      { head: headOf("GET /", [], ["!500"]), body: "" },
    ],
  },
  {
    name: "an endpoint of bytes",
    hook: "process_endpoint",
    hooks: { process_endpoint: { reads: { body: "bytes" } } },
    source: `
import { Reply, Request } from "@backworks/pdk";
export function processEndpoint(request: Request): Reply {
  const bytes = request.bytes();
  const turned = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) turned[i] = bytes[bytes.length - 1 - i]! ^ 0x55;
  const reply = Reply.bytes(200, turned, "application/octet-stream");
  if (request.path === "/head") reply.setBody(turned.slice(0, 10));
  return reply;
}
`,
    calls: [
      { head: headOf("PUT /"), body: BINARY },
      { head: headOf("PUT /head"), body: BINARY },
      { head: headOf("PUT /"), body: Uint8Array.of() },
      { head: headOf("PUT /"), body: Uint8Array.of(0x0a, 0x0a, 0xff) },
    ],
  },
];

/** A second file of such a source. */
export const ADMIN = 'export function admin(): string {\n  return "/admin";\n}\n';
