import { HostError } from "../host-error.ts";
import { http } from "../http.ts";
import { HttpRequest } from "../http-request.ts";
import { responseFields, type HttpResponse } from "../http-response.ts";
import { Headers } from "./headers.ts";
import { bodyOf, Request, type RequestInit } from "./request.ts";
import { Response, setResponseUrl } from "./response.ts";
import type { URL } from "./url.ts";

export { Headers, Request, Response };

/**
 * Sends a request by way of the host: the function of the web over the capability `http`. It rejects
 * with a `TypeError` when there is no answer, whose cause is the `HostError`.
 */
export async function fetch(
  input: string | URL | Request,
  init?: RequestInit & { readonly redirect?: string },
): Promise<Response> {
  if (init?.redirect !== undefined && init.redirect !== "follow") {
    throw new TypeError(`the host follows redirects: redirect cannot be "${init.redirect}"`);
  }
  const request = new Request(input, init);
  const sent = new HttpRequest(request.method, request.url.replace(/#.*$/, ""));
  for (const [name, value] of request.headers) sent.appendHeader(name, value);
  const { content } = bodyOf(request);
  if (typeof content === "string") sent.setBody(content);
  else if (content !== undefined) sent.setBodyBytes(content);
  return toResponse(send(sent), request.url);
}

function send(request: HttpRequest): HttpResponse {
  try {
    return http.send(request);
  } catch (cause) {
    if (!(cause instanceof HostError)) throw cause;
    throw new TypeError(`fetch failed: ${cause.message}`, { cause });
  }
}

function toResponse(received: HttpResponse, url: string): Response {
  const { status } = received;
  const bytes = received.bytes();
  const fields = responseFields(received);
  const response = new Response(bytes.length === 0 ? null : bytes, { status, headers: fields });
  setResponseUrl(response, url);
  return response;
}
