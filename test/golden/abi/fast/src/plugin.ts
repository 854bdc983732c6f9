import {
  clock,
  config,
  events,
  http,
  HttpRequest,
  kv,
  lastFault,
  log,
  Message,
  metrics,
  PluginCall,
  PluginEvent,
  PluginHealth,
  plugins,
  random,
  Reply,
  type Request,
  secrets,
  sql,
  tcp,
  Tick,
  Verdict,
} from "@backworks/pdk";

let started = "not started";

function hex(bytes: Uint8Array | null): string {
  if (bytes === null) return "end";
  let all = "";
  for (let i = 0; i < bytes.length; i++) all += (bytes[i] as number).toString(16) + " ";
  return all;
}

function store(): string {
  const first = kv.compareAndSet("state", null, "new", 0);
  const again = kv.compareAndSet("state", "old", "newer", 0);
  kv.set("müde", "❄", 60000);
  const value = kv.get("müde");
  const gone = kv.delete("müde");
  const none = kv.get("müde");
  return (
    first.toString() +
    again.toString() +
    (value === null ? "null" : value) +
    gone.toString() +
    (none === null ? "null" : none) +
    kv.increment("visits", 2, 0).toString()
  );
}

function fetchIce(path: string): string {
  const request = new HttpRequest("POST", "https://api.example.com/" + path);
  request.setHeader("authorization", "Bearer " + secrets.get("API_KEY"));
  request.appendHeader("x-ice", "1");
  request.appendHeader("x-ice", "2");
  request.setBody("how thick?");
  request.timeoutMs = 1000;
  const response = http.trySend(request);
  const fault = lastFault();
  if (response === null) return fault === null ? "nothing" : fault.code;
  const type = response.header("content-type");
  return response.status.toString() + " " + (type === null ? "" : type) + " " + response.text();
}

function talk(): string {
  const connection = tcp.open("plc:502");
  const ping = new Uint8Array(2);
  ping[0] = 0x70;
  ping[1] = 0xff;
  connection.send(ping);
  const first = hex(connection.receive(100, 50));
  const second = hex(connection.receive(100, 50));
  connection.close();
  return first + second;
}

function answer(what: string): string {
  if (what == "kv") return store();
  if (what == "ice" || what == "slow") return fetchIce(what);
  if (what == "plugins") return plugins.call("geo", "Oslo");
  if (what == "sql") return sql.queryJson("main", "SELECT name FROM lakes WHERE id = ?", "[7]");
  if (what == "tcp") return talk();
  if (what == "clock") return clock.nowMs().toString() + " " + clock.monotonicMs().toString();
  if (what == "random") return hex(random.bytes(4)) + random.uuid();
  if (what == "events") {
    events.publish("orders.created", "7");
    metrics.count("lakes_total", 2, new Map<string, string>().set("place", "north"));
    metrics.gauge("depth", 1.5);
    metrics.observe("thickness", 0.25);
    return "published";
  }
  const greeting = config.get("greeting");
  return greeting === null ? "nobody greets" : greeting;
}

export function initialize(): void {
  started = "started";
  log.debug("initialized");
}

export function configReload(): void {
  log.info("reloaded");
}

export function start(): void {
  log.info(started);
}

export function stop(): void {
  log.warn("stopped");
}

export function cleanup(): void {
  log.error("cleaned up");
}

export function healthCheck(): PluginHealth {
  const health = new PluginHealth();
  health.status = "degraded";
  health.message = "thin ice";
  return health;
}

export function getMetrics(): Map<string, number> {
  const figures = new Map<string, number>();
  figures.set("depth", 1.5);
  figures.set("lakes", 3);
  return figures;
}

export function authenticate(request: Request): Verdict | null {
  const token = request.header("authorization");
  if (token === null) return null;
  if (token != "Bearer ice") return Verdict.denied("no such token", 401, "Bearer");
  const roles = new Array<string>();
  roles.push("skater");
  return Verdict.identified("änn", roles).claim("team", "ice");
}

export function authorize(request: Request): Verdict | null {
  const identity = request.identity();
  if (identity !== null && identity.roles.includes("skater")) return Verdict.allowed();
  return Verdict.denied("only skaters delete");
}

export function beforeRequest(request: Request): Reply | null {
  const accept = request.header("accept");
  if (accept !== null && accept == "text/none") {
    const reply = Reply.text(406, "no such type\n");
    reply.appendHeader("vary", "accept");
    return reply;
  }
  if (accept !== null && accept == "trap") throw new Error("it broke");
  const lake = request.param("lake");
  request.setTarget("/ice?lake=1");
  request.setHeader("x-lake", lake === null ? "none" : "known");
  request.appendHeader("x-seen", request.method + " " + request.path);
  request.removeHeader("x-gone");
  request.provide("depth", 3);
  const depth = request.query("depth");
  const pond = request.context<string>("pond");
  request.setBody(
    (depth === null ? "?" : depth) +
      "|" +
      (pond === null ? "?" : pond) +
      "|" +
      (lake === null ? "?" : lake) +
      "|" +
      request.text(),
  );
  return null;
}

export function processEndpoint(request: Request): Reply {
  const what = request.param("what");
  const reply = Reply.text(200, answer(what === null ? "" : what));
  reply.setHeader("cache-control", "no-store");
  return reply;
}

export function afterResponse(_request: Request, reply: Reply): void {
  const text = reply.text();
  reply.setHeader("x-length", text.length.toString());
  reply.removeHeader("x-powered-by");
  if (reply.status == 404) reply.status = 410;
  reply.setBody(text.toUpperCase());
}

export function auditLog(request: Request, reply: Reply): void {
  const identity = request.identity();
  log.info(
    (identity === null ? "nobody" : identity.subject) +
      " " +
      request.method +
      " " +
      request.target +
      " " +
      reply.status.toString() +
      " " +
      request.id +
      " " +
      request.route +
      " " +
      request.client,
  );
}

export function onCall(input: PluginCall): string {
  if (input.text() == "") throw new Error("nothing was said");
  return "you said " + input.text();
}

export function onEvent(event: PluginEvent): void {
  log.info(event.topic + " " + event.publisher + " " + event.id + " " + event.text());
}

export function onMessage(message: Message): void {
  const state = message.state;
  message.reply(message.connection + " " + message.peer + " " + message.local + " ");
  message.replyBytes(message.bytes());
  message.setState(state === null ? '{"seen":1}' : '{"seen":2}');
  if (message.text() == "bye") message.close();
}

export function onSchedule(tick: Tick): void {
  log.info(tick.name + " " + tick.at);
}

export function collectMetrics(json: string): string | null {
  return json;
}

export function generateAlerts(json: string): string | null {
  return '{"alert":' + json + "}";
}

export function trackEvent(_json: string): string | null {
  return null;
}

export function generateReport(json: string): string | null {
  if (json == "null") throw new Error("no report of nothing");
  return '{"report":' + json + "}";
}
