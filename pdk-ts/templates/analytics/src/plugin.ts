import { kv, metrics, Reply, Request } from "@backworks/pdk";

const OUTCOMES = ["ok", "moved", "refused", "failed"];

export function afterResponse(request: Request, reply: Reply): void {
  const outcome = outcomeOf(reply.status);
  const labels = new Map<string, string>();
  labels.set("on", request.route);
  labels.set("outcome", outcome);
  metrics.count("responses", 1, labels);
  kv.increment(keyOf(request.route, outcome));
}

/** `outcome count`, a line each. */
export function processEndpoint(request: Request): Reply {
  const route = request.param("route");
  if (route === null) return Reply.problem(404, { title: "Which route?" });
  let lines = "";
  for (let i = 0; i < OUTCOMES.length; i++) {
    const outcome = OUTCOMES[i]!;
    const count = kv.get(keyOf(route, outcome));
    if (count !== null) lines += `${outcome} ${count}\n`;
  }
  return lines === "" ? Reply.problem(404, { title: "Nobody asked yet" }) : Reply.text(200, lines);
}

function outcomeOf(status: number): string {
  if (status < 300) return "ok";
  if (status < 400) return "moved";
  return status < 500 ? "refused" : "failed";
}

function keyOf(route: string, outcome: string): string {
  return `count/${route}/${outcome}`;
}
