import { Buffer } from "node:buffer";
import type { Edits, Exchange, HeaderEdit, HeaderList } from "../../host/src/contracts/exchange.ts";
import type { ExchangeHookName } from "../../host/src/contracts/hooks.ts";
import type { Reads } from "../../host/src/contracts/manifest.ts";
import cases from "../../schemas/frames.cases.json" with { type: "json" };

/** The shapes of schemas/frames.cases.json: bytes are a text, or base64. */
export type BytesCase = string | { readonly base64: string };

interface MessageCase {
  readonly headers: readonly (readonly string[])[];
  readonly body: BytesCase;
}

export interface ExchangeCase {
  readonly name: string;
  readonly hook: string;
  readonly reads: Partial<Omit<Reads, "body">> & {
    readonly body: { mode: string; bytesMax: number };
  };
  readonly exchange: {
    readonly client?: string;
    readonly params?: Readonly<Record<string, string>>;
    readonly context?: Readonly<Record<string, string>>;
    readonly request: MessageCase & { readonly method: string; readonly target: string };
    readonly response?: MessageCase & { readonly status: number };
  };
  readonly frame?: BytesCase;
  readonly error?: string;
}

export interface EditsCase {
  readonly name: string;
  readonly hook: string;
  readonly canonical?: boolean;
  readonly output: BytesCase;
  readonly edits?: {
    readonly status?: number;
    readonly target?: string;
    readonly headers?: readonly { kind: string; name: string; value?: string }[];
    readonly context?: readonly (readonly string[])[];
    readonly body?: BytesCase;
  };
  readonly error?: { readonly line: number; readonly reason: string };
}

export const EXCHANGE_CASES: readonly ExchangeCase[] = cases.exchange as readonly ExchangeCase[];
export const EDITS_CASES: readonly EditsCase[] = cases.edits as readonly EditsCase[];

export function bytesOf(bytes: BytesCase): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes.base64, "base64"),
  );
}

export function hookOf(given: { readonly hook: string }): ExchangeHookName {
  return given.hook as ExchangeHookName;
}

export function readsOf({ reads }: ExchangeCase): Reads {
  const body = reads.body as Reads["body"];
  return { headers: [], responseHeaders: [], params: [], context: [], ...reads, body };
}

export function exchangeOf({ exchange }: ExchangeCase): Exchange {
  const { request, response } = exchange;
  return {
    id: "0123456789abcdef0123456789abcdef",
    route: "weather",
    client: exchange.client ?? "127.0.0.1",
    params: exchange.params ?? {},
    context: new Map(Object.entries(exchange.context ?? {})),
    request: { ...request, headers: headersOf(request), body: bytesOf(request.body) },
    response: response && {
      ...response,
      headers: headersOf(response),
      body: bytesOf(response.body),
    },
  };
}

export function editsOf({ edits = {} }: EditsCase): Edits {
  return {
    status: edits.status,
    target: edits.target,
    headers: (edits.headers ?? []) as readonly HeaderEdit[],
    context: (edits.context ?? []) as unknown as Edits["context"],
    body: edits.body === undefined ? undefined : bytesOf(edits.body),
  };
}

function headersOf({ headers }: MessageCase): HeaderList {
  return headers as unknown as HeaderList;
}
