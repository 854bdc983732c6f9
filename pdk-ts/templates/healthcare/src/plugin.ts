import { Reply, Request } from "@backworks/pdk";
import { acknowledge, readHeader } from "./hl7.ts";

/** AA for a message that can be taken on, AR with the reason for one that cannot. */
export function processEndpoint(request: Request): Reply {
  const header = readHeader(request.text());
  if (header.fields.length === 0) {
    return Reply.problem(422, { title: "No HL7 message", detail: header.fault });
  }
  const isFine = header.fault === "";
  const reply = Reply.text(200, acknowledge(header, isFine ? "AA" : "AR", header.fault));
  reply.setHeader("content-type", "x-application/hl7-v2+er7");
  return reply;
}
