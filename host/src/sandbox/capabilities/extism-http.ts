import type { GuestFunction } from "../extism-functions.ts";
import { GuestStop } from "../trap.ts";
import type { CallContext } from "./call-context.ts";
import { CapabilityError } from "./capability-error.ts";
import { checkHttpRequest, type HttpRequest, type HttpResponse } from "./http/message.ts";
import type { PluginServices } from "./services.ts";

/** A URL and headers as JSON; what lies beyond is nothing that is sent (http/message.ts). */
const REQUEST_BYTES_MAX = 64 * 1024;

/**
 * HTTP as Extism's own PDKs call it, on the same client and rights as `bw_http_send`. Extism has no
 * way to tell a guest of a failure: as in its runtimes, one ends the call.
 */
export class ExtismHttp {
  readonly functions: Readonly<Record<string, GuestFunction>>;
  #response: HttpResponse | undefined;
  /** Printed when they are asked for, once. */
  #headers: string | undefined;

  constructor(context: CallContext, { http }: PluginServices) {
    this.functions = {
      http_request: async (request: bigint, body: bigint): Promise<bigint> => {
        this.begin();
        const { httpBudget, signal } = context;
        try {
          if (http === undefined) {
            throw new CapabilityError("not_granted", "the capability http is not granted");
          }
          const sent = readRequest(
            context.readText(request, REQUEST_BYTES_MAX),
            context.read(body),
          );
          this.#response = await http.send(sent, httpBudget, { ...(signal && { signal }) });
        } catch (thrown) {
          if (!(thrown instanceof CapabilityError)) throw thrown;
          throw new GuestStop(`http_request: ${thrown.message}`);
        }
        const answer = context.answer(() => this.#response?.body);
        // Not before: PDKs free both once more, and the answer must not lie there then.
        context.free(request);
        context.free(body);
        return answer;
      },
      http_status_code: (): number => this.#response?.status ?? 0,
      http_headers: (): bigint =>
        context.answer(() => {
          this.#headers ??= this.#response && printHeaders(this.#response);
          return this.#headers;
        }),
    };
  }

  /** A call of the plugin begins. */
  begin(): void {
    this.#response = undefined;
    this.#headers = undefined;
  }
}

/**
 * `{"url": "…", "method": "GET", "headers": {"name": "value"}}`. The Rust PDK writes null for no
 * method, the Go PDK null for no headers; older ones call these `header`.
 */
function readRequest(json: string, body: Uint8Array): HttpRequest {
  const request = parseObject(json);
  const url = request["url"];
  const method = request["method"] ?? "GET";
  const headers = request["headers"] ?? request["header"] ?? {};
  if (typeof url !== "string" || typeof method !== "string" || !isTexts(headers)) {
    throw new CapabilityError("invalid", "expected JSON with url, method and headers as texts");
  }
  return checkHttpRequest({
    url,
    method: method.toUpperCase(),
    headers: Object.entries(headers),
    body,
  });
}

function parseObject(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch (cause) {
    throw new CapabilityError("invalid", "the request is not JSON", { cause });
  }
  throw new CapabilityError("invalid", "the request is no JSON object");
}

function isTexts(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => typeof each === "string")
  );
}

/** One member for each name: several headers of a name are joined, as RFC 9110 5.3 allows. */
function printHeaders({ headers }: HttpResponse): string {
  const names = Map.groupBy(headers, ([name]) => name);
  return JSON.stringify(
    Object.fromEntries(
      [...names].map(([name, all]) => [name, all.map(([, text]) => text).join(", ")]),
    ),
  );
}
