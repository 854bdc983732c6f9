import {
  clock,
  config,
  kv,
  lastFault,
  log,
  type PluginCall,
  type PluginEvent,
  plugins,
  Reply,
  type Request,
  Verdict,
} from "@backworks/pdk";

const depths = new Map([["Müritz", 31]]);
let state = "not started";

interface Lake {
  readonly name: string;
  readonly depths: readonly number[];
}

export function initialize(): void {
  state = "started";
}

export async function start(): Promise<void> {
  await Promise.resolve();
  log.info(state);
}

export function healthCheck(): { status: "degraded"; message: string; details: unknown } {
  return { status: "degraded", message: "thin ice", details: { depths: [...depths] } };
}

export function getMetrics(): Record<string, number> {
  return { depth: 1.5, lakes: depths.size };
}

export function authenticate(request: Request): Verdict | null {
  const token = request.header("authorization");
  if (token === null) return null;
  if (token !== "Bearer ice") return Verdict.denied("no such token", 401, "Bearer");
  return Verdict.identified("änn", ["skater"]).claim("team", "ice");
}

export function beforeRequest(request: Request): Reply | undefined {
  if (request.header("accept") === "text/none") {
    return Reply.problem(406, { title: "No such type", lake: request.param("lake") });
  }
  const seen = [
    request.query("depth"),
    request.context("pond"),
    request.identity()?.subject,
    request.param("lake"),
    request.text(),
  ];
  request.setTarget("/ice?lake=1");
  request.setHeader("x-lake", "café");
  request.appendHeader("x-seen", `${request.method} ${request.path}`);
  request.removeHeader("x-gone");
  request.provide("depth", { m: 4 });
  request.setBody(JSON.stringify(seen));
  return undefined;
}

export async function processEndpoint(request: Request): Promise<Reply> {
  const what = request.param("what");
  if (what === "json") return describeLake(request.json<Lake>());
  if (what === "kv") return Reply.text(200, await count());
  if (what === "plugins") return Reply.text(200, callOthers());
  if (what === "language") return Reply.bytes(200, speak(), "application/octet-stream");
  if (what === "clock") {
    const times = [clock.nowMs(), clock.monotonicMs(), new Date(Date.now()).toISOString()];
    return Reply.json(200, times);
  }
  throw new RangeError(`nobody knows ${what}`);
}

function describeLake({ name, depths: all }: Lake): Reply {
  const reply = Reply.json(201, { name, deepest: Math.max(...all), known: depths.get(name) });
  reply.appendHeader("vary", "accept");
  return reply;
}

async function count(): Promise<string> {
  kv.setJson("lake", { m: 3 }, 60_000);
  const visits = kv.increment("visits", 2);
  const swapped = kv.compareAndSet("state", null, "new");
  await null;
  const lake = kv.getJson<{ m: number }>("lake");
  return [visits, swapped, lake?.m, kv.delete("lake"), kv.get("lake")].join(" ");
}

function callOthers(): string {
  const first = plugins.call("geo", "Oslo");
  const second = plugins.tryCall("other", "Oslo");
  return [first, second, lastFault()?.code, config.get("greeting")].join(" ");
}

/** What the engine has of the language. */
function speak(): Uint8Array {
  const name = /(?<lake>\p{Lu}\p{L}+)/u.exec("am Müritzsee")?.groups?.["lake"] ?? "";
  const words = [
    name.normalize("NFD").length,
    2n ** 64n,
    (0.1 + 0.2).toFixed(3),
    [3, 1].toSorted(),
  ];
  return new TextEncoder().encode(words.join(" "));
}

export function afterResponse(_request: Request, reply: Reply): void {
  reply.setHeader("x-length", String(reply.bytes().length));
  if (reply.status === 404) reply.status = 410;
}

export function onCall(input: PluginCall): Uint8Array {
  return input.bytes().toReversed();
}

export function onEvent(event: PluginEvent): void {
  log.warn(`${event.topic} ${event.publisher} ${event.json<{ id: number }>().id}`);
}

export function generateReport(input: unknown): unknown {
  if (input === null) throw new TypeError("no report of nothing");
  return { report: input };
}
