import { giveWhole, requireBlock, takeBytes } from "./blocks";
import { isResult, throwFault } from "./fault";
import { frameToBlock } from "./frame-block";
import * as host from "./host";
import { HttpRequest } from "./http-request";
import { HttpResponse } from "./http-response";

/**
 * Requests to other hosts. Needs `capabilities: { http: { hosts: [https://api.example.com] } }`. The
 * host follows redirects and times out.
 */
export namespace http {
  /** Sends a GET request. Throws a `HostError` when there is no answer. */
  export function get(url: string): HttpResponse {
    return send(new HttpRequest("GET", url));
  }

  /**
   * Sends a request and waits for the whole answer, of whatever status. Throws a `HostError` when
   * there is none: `not_granted`, `timeout`, `too_large`, `unavailable`, …
   */
  export function send(request: HttpRequest): HttpResponse {
    const response = trySend(request);
    if (response === null) throwFault();
    return response!;
  }

  /** The same, but answers null where `send` throws a `HostError`; `lastFault()` says why. */
  export function trySend(request: HttpRequest): HttpResponse | null {
    const timeoutMs = giveWhole("timeoutMs", request.timeoutMs);
    const answer = host.httpSend(requireBlock(frameToBlock(request.head, request.body)), timeoutMs);
    return isResult(answer) ? new HttpResponse(takeBytes(<u64>answer)) : null;
  }
}
