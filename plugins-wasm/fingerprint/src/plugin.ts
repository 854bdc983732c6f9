import type { Reply, Request } from "@backworks/pdk";
import { crc32 } from "./crc32.ts";

const KEY = "report.fingerprint";

/** Runs before the endpoint: later plugins find the fingerprint in the context. */
export function beforeRequest(request: Request): void {
  request.provide(KEY, crc32(request.bytes()));
}

/** Runs behind the endpoint: the client can tell which report an answer belongs to. */
export function afterResponse(request: Request, reply: Reply): void {
  const fingerprint = request.context<string>(KEY);
  if (fingerprint !== null) reply.setHeader("x-report-fingerprint", fingerprint);
}
