import { config, Reply, Request } from "@backworks/pdk";

export function beforeRequest(request: Request): Reply | null {
  if (config.get("maintenance") !== "true") return null;
  const reply = Reply.problem(503, {
    title: "Down for maintenance",
    detail: `${request.method} ${request.path} is not served right now`,
  });
  const seconds = config.get("retry_after_s");
  reply.setHeader("retry-after", seconds === null ? "60" : seconds);
  return reply;
}

export function afterResponse(request: Request, reply: Reply): void {
  reply.setHeader("x-content-type-options", "nosniff");
  reply.setHeader("referrer-policy", "no-referrer");
  if (request.method === "GET" && reply.header("cache-control") === null) {
    reply.setHeader("cache-control", "no-cache");
  }
}
