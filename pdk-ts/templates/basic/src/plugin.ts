import { config, Reply, type Request } from "@backworks/pdk";

export function processEndpoint(request: Request): Reply {
  const greeting = config.get("greeting") ?? "Hello";
  const name = request.param("name") ?? "world";
  return Reply.json(200, { message: `${greeting}, ${name}!` });
}
