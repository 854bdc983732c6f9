/** Header names are lower case; several headers of one name are several entries, in wire order. */
export type HeaderList = readonly (readonly [name: string, value: string])[];

/** The request as hooks and handlers see it. Values of headers are Latin-1 text, as on the wire. */
export interface RequestMessage {
  readonly method: string;
  /** Origin form: path and query, still percent-encoded. */
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

export interface ResponseMessage {
  /** 200 to 599. */
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

/** One request on its way, and later its response. The pipeline alone replaces what is mutable. */
export interface Exchange {
  /** Request id: 32 hex digits, or the client's own `x-request-id` when it is harmless. */
  readonly id: string;
  /** Id of the matched route. */
  readonly route: string;
  /** Address of the peer. */
  readonly client: string;
  /** Path parameters, percent-decoded. */
  readonly params: Readonly<Record<string, string>>;
  request: RequestMessage;
  /** Present from the handler's answer on. */
  response: ResponseMessage | undefined;
  /** Values provided by earlier plugins: key to JSON text on one line. */
  readonly context: Map<string, string>;
}

export type HeaderEdit =
  | { readonly kind: "set"; readonly name: string; readonly value: string }
  | { readonly kind: "append"; readonly name: string; readonly value: string }
  | { readonly kind: "remove"; readonly name: string };

/** What a hook wants changed, already checked; an empty one changes nothing. */
export interface Edits {
  /** In before_request: answer now with this status. Elsewhere: the status of the response. */
  readonly status: number | undefined;
  readonly headers: readonly HeaderEdit[];
  /** before_request only: what the handler sees as target. The route stays. */
  readonly target: string | undefined;
  /** Context values for later plugins: key and JSON text. */
  readonly context: readonly (readonly [key: string, json: string])[];
  readonly body: Uint8Array | undefined;
}

export const NO_EDITS: Edits = Object.freeze({
  status: undefined,
  headers: Object.freeze([]),
  target: undefined,
  context: Object.freeze([]),
  body: undefined,
});

export const EMPTY_BODY: Uint8Array = new Uint8Array(0);

/** Answers a request: a mode's work, or a plugin's process_endpoint. */
export type Handler = (exchange: Exchange) => ResponseMessage | Promise<ResponseMessage>;

/**
 * Headers that frame a message or belong to one connection (RFC 9110 7.6.1, RFC 9112 6): the host
 * alone writes them, so that no plugin can smuggle a second response.
 */
export const HOST_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
