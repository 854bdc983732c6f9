import { Buffer } from "node:buffer";
import type { Edits, Exchange, HeaderList } from "../../host/src/contracts/exchange.ts";
import type { EditsHookName, VerdictHookName } from "../../host/src/contracts/hooks.ts";
import type { JsonObject } from "../../host/src/contracts/json.ts";
import type { Reads } from "../../host/src/contracts/manifest.ts";
import file from "../../schemas/frames.cases.json" with { type: "json" };

/** The shapes of schemas/frames.cases.json. */
interface FrameCases {
  readonly exchange: readonly (FrameCase | TooLargeCase)[];
  readonly edits: readonly (EditsCase | MalformedCase)[];
  readonly messages: readonly MessageFrameCase[];
  readonly answers: readonly (AnswerCase | MalformedAnswerCase)[];
  readonly verdicts: readonly (VerdictCase | MalformedVerdictCase)[];
}

/** A text, which stands for its UTF-8, or any bytes. */
export type BytesCase = string | { readonly base64: string };

interface ExchangeCase {
  readonly name: string;
  readonly hook: EditsHookName;
  readonly reads: Partial<Reads> & Pick<Reads, "body">;
  readonly exchange: {
    readonly client?: string;
    readonly params?: Readonly<Record<string, string>>;
    readonly context?: Readonly<Record<string, string>>;
    readonly request: MessageCase & { readonly method: string; readonly target: string };
    readonly response?: MessageCase & { readonly status: number };
  };
}

interface MessageCase {
  readonly headers: HeaderList;
  readonly body: BytesCase;
}

export interface FrameCase extends ExchangeCase {
  readonly frame: BytesCase;
}

export interface TooLargeCase extends ExchangeCase {
  readonly error: string;
}

interface OutputCase {
  readonly name: string;
  readonly hook: EditsHookName;
  readonly output: BytesCase;
}

export interface EditsCase extends OutputCase {
  /** A PDK that writes these edits must write this output. */
  readonly canonical?: boolean;
  readonly edits: Partial<Omit<Edits, "body"> & { readonly body: BytesCase }>;
}

export interface MalformedCase extends OutputCase {
  readonly error: { readonly line: number; readonly reason: string };
}

export interface MessageFrameCase {
  readonly name: string;
  readonly hook: "on_message" | "on_event";
  readonly facts: JsonObject;
  readonly payload: BytesCase;
  readonly frame: BytesCase;
}

export interface AnswerCase {
  readonly name: string;
  readonly output: BytesCase;
  /** A PDK that writes this answer must write this output. */
  readonly canonical?: boolean;
  readonly answer: {
    readonly state?: string;
    readonly close?: boolean;
    readonly bytes?: BytesCase;
  };
}

interface MalformedAnswerCase extends Omit<AnswerCase, "answer"> {
  readonly error: MalformedCase["error"];
}

export interface VerdictCase {
  readonly name: string;
  readonly hook: VerdictHookName;
  readonly output: BytesCase;
  /** With its defaults; null: no opinion. */
  readonly verdict: JsonObject | null;
}

interface MalformedVerdictCase extends Omit<VerdictCase, "verdict"> {
  readonly error: string;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON has no literal types
const cases = file as unknown as FrameCases;

export const FRAME_CASES: readonly FrameCase[] = cases.exchange.filter((one) => "frame" in one);
export const TOO_LARGE_CASES: readonly TooLargeCase[] = cases.exchange.filter(
  (one) => "error" in one,
);
export const EDITS_CASES: readonly EditsCase[] = cases.edits.filter((one) => "edits" in one);
export const MALFORMED_CASES: readonly MalformedCase[] = cases.edits.filter(
  (one) => "error" in one,
);

export const MESSAGE_CASES: readonly MessageFrameCase[] = cases.messages;
export const ANSWER_CASES: readonly AnswerCase[] = cases.answers.filter((one) => "answer" in one);
export const MALFORMED_ANSWER_CASES: readonly MalformedAnswerCase[] = cases.answers.filter(
  (one) => "error" in one,
);
export const VERDICT_CASES: readonly VerdictCase[] = cases.verdicts.filter(
  (one) => "verdict" in one,
);
export const MALFORMED_VERDICT_CASES: readonly MalformedVerdictCase[] = cases.verdicts.filter(
  (one) => "error" in one,
);

export function bytesOf(bytes: BytesCase): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(
    typeof bytes === "string" ? Buffer.from(bytes) : Buffer.from(bytes.base64, "base64"),
  );
}

export function readsOf({ reads }: ExchangeCase): Reads {
  return { headers: [], responseHeaders: [], params: [], context: [], ...reads };
}

export function exchangeOf({ exchange }: ExchangeCase): Exchange {
  const { request, response } = exchange;
  return {
    id: "0123456789abcdef0123456789abcdef",
    route: "weather",
    client: exchange.client ?? "127.0.0.1",
    params: exchange.params ?? {},
    context: new Map(Object.entries(exchange.context ?? {})),
    request: { ...request, body: bytesOf(request.body) },
    response: response && { ...response, body: bytesOf(response.body) },
  };
}

export function editsOf({ edits }: EditsCase): Edits {
  const { status, target, headers = [], context = [], body } = edits;
  return {
    status,
    target,
    headers,
    context,
    body: body === undefined ? undefined : bytesOf(body),
  };
}
