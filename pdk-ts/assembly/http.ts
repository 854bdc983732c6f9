import { giveWhole, requireBlock, takeBytes } from "./blocks";
import { isResult, setFault, throwFault } from "./fault";
import { frameToBlock } from "./frame-block";
import * as host from "./host";
import { HttpRequest } from "./http-request";
import { HttpResponse } from "./http-response";

/**
 * Requests to other servers. Needs `capabilities: { http: { hosts: [https://api.example.com] } }`.
 * The call waits for the answer, and the host does other work meanwhile.
 */
export namespace http {
  export function get(url: string): HttpResponse {
    return send(new HttpRequest("GET", url));
  }

  /** Any status is an answer. Throws a `HostError` when there is none. */
  export function send(request: HttpRequest): HttpResponse {
    const response = trySend(request);
    if (response === null) throwFault();
    return response!;
  }

  /** Null when there is no answer: `lastFault()` says why. */
  export function trySend(request: HttpRequest): HttpResponse | null {
    if (!request.isSound) {
      setFault("invalid", "malformed HTTP request: expected a method and an absolute URL");
      return null;
    }
    const block = requireBlock(frameToBlock(request.head, request.body));
    const answer = host.httpSend(block, giveWhole("timeoutMs", request.timeoutMs));
    return isResult(answer) ? new HttpResponse(takeBytes(<u64>answer)) : null;
  }
}
