import { HttpRequest, printHttpRequest } from "./http-request.ts";
import { HttpResponse } from "./http-response.ts";
import { callForBytes, findService, orNull } from "./runtime/service.ts";

/**
 * Requests to other hosts. Needs `capabilities: { http: { hosts: [https://api.example.com] } }`. The
 * host follows redirects and times out; `fetch` does the same in the way of the web.
 */
export interface Http {
  /** Sends a GET request. Throws a `HostError` when there is no answer. */
  get(url: string): HttpResponse;
  /**
   * Sends a request and waits for the whole answer, of whatever status. Throws a `HostError` when
   * there is none: `not_granted`, `timeout`, `too_large`, `unavailable`, …
   */
  send(request: HttpRequest): HttpResponse;
  /** The same, but answers null where `send` throws a `HostError`; `lastFault()` says why. */
  trySend(request: HttpRequest): HttpResponse | null;
}

const SEND = findService("bw_http_send");

export const http: Http = {
  get: (url) => http.send(new HttpRequest("GET", url)),
  send(request) {
    const frame = callForBytes(SEND, printHttpRequest(request), request.timeoutMs);
    return new HttpResponse(frame ?? new Uint8Array(0));
  },
  trySend: (request) => orNull(() => http.send(request)),
};
