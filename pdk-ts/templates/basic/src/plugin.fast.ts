import { config, Reply, Request } from "@backworks/pdk";

export function processEndpoint(request: Request): Reply {
  const greeting = config.get("greeting");
  const name = request.param("name");
  const hello = greeting === null ? "Hello" : greeting;
  return Reply.text(200, `${hello}, ${name === null ? "world" : name}!\n`);
}
