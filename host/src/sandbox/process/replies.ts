import { Buffer } from "node:buffer";
import { BackworksError, ERROR_KINDS, type ErrorCode } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { LOG_LEVELS, type LogLevel } from "../../lib/log-level.ts";
import type { LogFields } from "../../lib/logger.ts";
import type { GuestLimits } from "../limits.ts";
import { printFacts, readFacts } from "./facts.ts";
import { HEADER_BYTES, MalformedMessage, type RawMessage } from "./message-reader.ts";
import { openMessage } from "./requests.ts";

/** What a guest's process says. Calls are answered in the order in which they were sent. */
export type GuestReply =
  { readonly kind: "ready" } | { readonly kind: "log"; readonly record: GuestRecord } | CallReply;

export type CallReply =
  | { readonly kind: "done"; readonly id: number; readonly output: Buffer }
  /** The guest failed, here as it would have in the host's own process. */
  | { readonly kind: "failed"; readonly id: number; readonly error: BackworksError }
  /** The host's code in that process failed. */
  | { readonly kind: "bug"; readonly id: number; readonly text: string };

export interface GuestRecord {
  readonly level: LogLevel;
  readonly fields: LogFields;
  readonly text: string;
}

/** Id of the start in a failure; calls count from 1. */
export const START_ID = 0;

const READY = 1;
const DONE = 2;
const FAILED = 3;
const BUG = 4;
const LOG = 5;

const TEXT_LENGTH_MAX = 8192;
/** Room for such a text and for facts. */
const TEXT_BYTES_MAX = 128 * 1024;

/** For a `MessageReader` in the host. */
export function replyBytesMax(limits: GuestLimits): ReadonlyMap<number, number> {
  return new Map([
    [READY, 0],
    [DONE, 4 + limits.outputBytesMax],
    [FAILED, TEXT_BYTES_MAX],
    [BUG, TEXT_BYTES_MAX],
    [LOG, TEXT_BYTES_MAX],
  ]);
}

export function printReady(): Buffer {
  return openMessage(READY, 0);
}

export function printDone(id: number, output: Uint8Array): Buffer {
  const message = openMessage(DONE, 4 + output.length);
  message.writeUInt32LE(id, HEADER_BYTES);
  message.set(output, HEADER_BYTES + 4);
  return message;
}

export function printFailure(id: number, error: BackworksError): Buffer {
  return printTexts(FAILED, id, [error.code, printFacts(error.details), cut(error.message)]);
}

export function printBug(id: number, thrown: unknown): Buffer {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return printTexts(BUG, id, [cut(text)]);
}

export function printRecord({ level, fields, text }: GuestRecord): Buffer {
  return printTexts(LOG, LOG_LEVELS.indexOf(level), [printFacts(fields), cut(text)]);
}

/** Everything in a reply may be a lie. Throws `MalformedMessage`. */
export function readReply({ kind, payload }: RawMessage): GuestReply {
  if (kind === READY) return { kind: "ready" };
  if (payload.length < 4) throw new MalformedMessage(`a reply of ${payload.length} bytes`);
  const id = payload.readUInt32LE(0);
  const rest = payload.subarray(4);
  switch (kind) {
    case DONE:
      return { kind: "done", id, output: rest };
    case FAILED:
      return { kind: "failed", id, error: readFailure(rest) };
    case BUG:
      return { kind: "bug", id, text: rest.toString("utf8", 0, TEXT_LENGTH_MAX) };
    case LOG:
      return { kind: "log", record: readRecord(id, rest) };
    default:
      throw new MalformedMessage(`a reply of kind ${kind}`);
  }
}

function readFailure(payload: Buffer): BackworksError {
  const [code, details, message] = splitTexts(payload, 3);
  if (!isGuestCode(code)) throw new MalformedMessage("a failure that no guest can have");
  return new BackworksError(code, escapeText(message ?? "", TEXT_LENGTH_MAX), {
    details: readFacts(details ?? ""),
  });
}

/** A guest may be at fault, or its file: never the configuration, the client or the server. */
function isGuestCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && /^(?:guest|plugin)_/.test(code) && Object.hasOwn(ERROR_KINDS, code);
}

function readRecord(index: number, payload: Buffer): GuestRecord {
  const level = LOG_LEVELS[index];
  if (level === undefined) throw new MalformedMessage("a record of an unknown level");
  const [fields, text] = splitTexts(payload, 2);
  return { level, fields: readFacts(fields ?? ""), text: escapeText(text ?? "", TEXT_LENGTH_MAX) };
}

/** A number and texts with a line feed between them; only the last may hold line feeds itself. */
function printTexts(kind: number, id: number, texts: readonly string[]): Buffer {
  const text = Buffer.from(texts.join("\n"));
  const message = openMessage(kind, 4 + text.length);
  message.writeUInt32LE(id, HEADER_BYTES);
  message.set(text, HEADER_BYTES + 4);
  return message;
}

function splitTexts(payload: Buffer, count: number): string[] {
  const parts = payload.toString("utf8").split("\n");
  if (parts.length < count) throw new MalformedMessage("a text without its parts");
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join("\n")];
}

function cut(text: string): string {
  return text.slice(0, TEXT_LENGTH_MAX);
}
