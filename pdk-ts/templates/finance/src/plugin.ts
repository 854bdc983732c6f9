import { Reply, Request } from "@backworks/pdk";
import { readFix } from "./fix.ts";

/** Malformed messages end here; the others go on, with what they are as headers. */
export function beforeRequest(request: Request): Reply | null {
  const message = readFix(request.bytes());
  if (message.fault !== "") {
    return Reply.problem(422, { title: "Malformed FIX message", detail: message.fault });
  }
  const kind = message.value(35);
  const sender = message.value(49);
  request.setHeader("x-fix-type", kind === null ? "" : kind);
  request.setHeader("x-fix-sender", sender === null ? "" : sender);
  return null;
}
