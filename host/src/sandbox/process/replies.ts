import { Buffer } from "node:buffer";
import { BackworksError, ERROR_KINDS, type ErrorCode } from "../../lib/errors.ts";
import { escapeLines } from "../../lib/escape.ts";
import { LOG_LEVELS, type LogLevel } from "../../lib/log-level.ts";
import type { LogFields } from "../../lib/logger.ts";
import type { GuestLimits } from "../limits.ts";
import { printFacts, readFacts } from "./facts.ts";
import { HEADER_BYTES, MalformedMessage, type RawMessage } from "./message-reader.ts";
import { QUESTION, questionBytesMax, readQuestion, type Question } from "./questions.ts";
import { openMessage } from "./requests.ts";

/** What a guest's process says. Calls are answered in the order in which they were sent. */
export type GuestReply =
  | { readonly kind: "ready" }
  | { readonly kind: "log"; readonly record: GuestRecord }
  | { readonly kind: "question"; readonly question: Question }
  | CallReply;

export type CallReply = { readonly id: number; readonly used: Used } & (
  | { readonly kind: "done"; readonly output: Buffer }
  /** The guest failed, here as it would have in the host's own process. */
  | { readonly kind: "failed"; readonly error: BackworksError }
  /** The host's code in that process failed. */
  | { readonly kind: "bug"; readonly text: string }
);

/** What a call took of the guest's bounds. */
export interface Used {
  readonly fuel: number;
  /** Of the guest's memory, when the call was over. */
  readonly memoryBytes: number;
}

export const NOTHING_USED: Used = { fuel: 0, memoryBytes: 0 };

/** What else there is to be said of a record, the host knows. */
export interface GuestRecord {
  readonly level: LogLevel;
  readonly hook?: string | undefined;
  readonly dropped?: number | undefined;
  readonly text: string;
}

/** Id of the start in a failure; calls count from 1. */
export const START_ID = 0;

const READY = 1;
const DONE = 2;
const FAILED = 3;
const BUG = 4;
const LOG = 5;

/** Id of the call, fuel and bytes used. */
const CALL_HEAD_BYTES = 4 + 8 + 8;

const TEXT_LENGTH_MAX = 8192;
/** Room for such a text and for facts. */
const TEXT_BYTES_MAX = 128 * 1024;

/** For a `MessageReader` in the host. */
export function replyBytesMax(limits: GuestLimits): ReadonlyMap<number, number> {
  return new Map([
    [READY, 0],
    [DONE, CALL_HEAD_BYTES + limits.outputBytesMax],
    [FAILED, TEXT_BYTES_MAX],
    [BUG, TEXT_BYTES_MAX],
    [LOG, TEXT_BYTES_MAX],
    [QUESTION, questionBytesMax(limits)],
  ]);
}

export function printReady(): Buffer {
  return openMessage(READY, 0);
}

export function printDone(id: number, output: Uint8Array): Buffer {
  return printReply(DONE, id, output);
}

export function printFailure(id: number, error: BackworksError): Buffer {
  return printReply(FAILED, id, joinTexts([error.code, printFacts(error.details), error.message]));
}

export function printBug(id: number, thrown: unknown): Buffer {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return printReply(BUG, id, joinTexts([text]));
}

/** Writes what a call used into its reply: it is known only when the output is copied. */
export function addUsed(reply: Buffer, { fuel, memoryBytes }: Used): Buffer {
  const at = reply.writeDoubleLE(fuel, HEADER_BYTES + 4);
  reply.writeDoubleLE(memoryBytes, at);
  return reply;
}

export function printRecord(level: LogLevel, fields: LogFields, text: string): Buffer {
  const texts = joinTexts([printFacts(fields), text]);
  const message = openMessage(LOG, 4 + texts.length);
  message.set(texts, message.writeUInt32LE(LOG_LEVELS.indexOf(level), HEADER_BYTES));
  return message;
}

/** Everything in a reply may be a lie. Throws `MalformedMessage`. */
export function readReply({ kind, payload }: RawMessage): GuestReply {
  switch (kind) {
    case READY:
      return { kind: "ready" };
    case LOG:
      return { kind: "log", record: readRecord(payload) };
    case QUESTION:
      return { kind: "question", question: readQuestion(payload) };
    default:
      return readCallReply(kind, payload);
  }
}

function readCallReply(kind: number, payload: Buffer): CallReply {
  if (payload.length < CALL_HEAD_BYTES) {
    throw new MalformedMessage(`a reply of ${payload.length} bytes`);
  }
  const id = payload.readUInt32LE(0);
  const used = { fuel: readAmount(payload, 4), memoryBytes: readAmount(payload, 12) };
  const rest = payload.subarray(CALL_HEAD_BYTES);
  switch (kind) {
    case DONE:
      return { kind: "done", id, used, output: rest };
    case FAILED:
      return { kind: "failed", id, used, error: readFailure(rest) };
    case BUG:
      return { kind: "bug", id, used, text: rest.toString("utf8", 0, TEXT_LENGTH_MAX) };
    default:
      throw new MalformedMessage(`a reply of kind ${kind}`);
  }
}

function readAmount(payload: Buffer, at: number): number {
  const amount = payload.readDoubleLE(at);
  if (Number.isSafeInteger(amount) && amount >= 0) return amount;
  throw new MalformedMessage("a reply that used no number of units");
}

function readFailure(payload: Buffer): BackworksError {
  const [code, details, message] = splitTexts(payload, 3);
  if (!isGuestCode(code)) throw new MalformedMessage("a failure that no guest can have");
  return new BackworksError(code, escapeLines(message ?? "", TEXT_LENGTH_MAX), {
    details: readFacts(details ?? ""),
  });
}

/** A guest may be at fault, or its file: never the configuration, the client or the server. */
function isGuestCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && /^(?:guest|plugin)_/.test(code) && Object.hasOwn(ERROR_KINDS, code);
}

function readRecord(payload: Buffer): GuestRecord {
  const level = payload.length < 4 ? undefined : LOG_LEVELS[payload.readUInt32LE(0)];
  if (level === undefined) throw new MalformedMessage("a record of an unknown level");
  const [fields, text] = splitTexts(payload.subarray(4), 2);
  const { hook, dropped } = readFacts(fields ?? "");
  return {
    level,
    hook: typeof hook === "string" ? hook : undefined,
    dropped: typeof dropped === "number" ? dropped : undefined,
    text: escapeLines(text ?? "", TEXT_LENGTH_MAX),
  };
}

/** Nothing is used until `addUsed` says so. */
function printReply(kind: number, id: number, rest: Uint8Array): Buffer {
  const message = openMessage(kind, CALL_HEAD_BYTES + rest.length);
  message.writeUInt32LE(id, HEADER_BYTES);
  message.set(rest, HEADER_BYTES + CALL_HEAD_BYTES);
  return addUsed(message, NOTHING_USED);
}

/** With a line feed between them: only the last, which is cut, may hold line feeds itself. */
function joinTexts(texts: readonly string[]): Buffer {
  const last = texts.at(-1) ?? "";
  return Buffer.from([...texts.slice(0, -1), last.slice(0, TEXT_LENGTH_MAX)].join("\n"));
}

function splitTexts(payload: Buffer, count: number): string[] {
  const parts = payload.toString("utf8").split("\n");
  if (parts.length < count) throw new MalformedMessage("a text without its parts");
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join("\n")];
}
