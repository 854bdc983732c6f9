import { Buffer } from "node:buffer";
import type { FrameParts } from "../../abi/exchange-frame.ts";
import { HOOKS, isHookName, type HookName } from "../../contracts/hooks.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { assert } from "../../lib/assert.ts";
import type { LogLevel } from "../../lib/log-level.ts";
import type { CallLimits, GuestLimits, LimitsSaid } from "../limits.ts";
import { HEADER_BYTES, type RawMessage } from "./message-reader.ts";

/** What the host asks of a guest's process. */
export type GuestRequest =
  | { readonly kind: "start"; readonly settings: StartSettings; readonly bytes: Buffer }
  | ({ readonly kind: "call"; readonly input: Buffer } & CallHead);

export interface CallHead {
  readonly id: number;
  readonly hook: HookName;
  readonly limits: CallLimits;
}

export interface StartSettings {
  readonly name: string;
  readonly config: JsonObject;
  readonly limits: GuestLimits;
  /** Levels that somebody wants to see. */
  readonly logLevels: readonly LogLevel[];
  /** What the host answers questions with, as far as its process has to know. */
  readonly services: RemoteTerms | undefined;
}

export interface RemoteTerms {
  /** The plugin was granted some: the host masks them in what the guest says. */
  readonly hasSecrets: boolean;
  readonly hasClock: boolean;
}

const START = 1;
const CALL = 2;
/**
 * Id of the call, the hook's place in `HOOKS` (both sides run the same code), fuel, milliseconds, and
 * the length of what says where these two are written.
 */
const CALL_HEAD_BYTES = 4 + 1 + 8 + 8 + 2;
const HOOK_NAMES: readonly HookName[] = Object.keys(HOOKS).filter(isHookName);

/** The host is trusted: these bounds only keep a bug of ours from eating memory. */
const START_BYTES_MAX = 64 * 1024 * 1024;

/** For a `MessageReader` in the guest's process. */
export const REQUEST_BYTES_MAX: ReadonlyMap<number, number> = new Map([
  [START, START_BYTES_MAX],
  [CALL, START_BYTES_MAX],
]);

/** The settings as JSON, the length of it before, and the module behind. */
export function printStart(settings: StartSettings, bytes: Uint8Array): Buffer {
  const json = Buffer.from(JSON.stringify(settings));
  const message = openMessage(START, 4 + json.length + bytes.length);
  message.writeUInt32LE(json.length, HEADER_BYTES);
  message.set(json, HEADER_BYTES + 4);
  message.set(bytes, HEADER_BYTES + 4 + json.length);
  return message;
}

/** `inputBytes` is the exact size of the input. */
export function printCall(
  { id, hook, limits }: CallHead,
  input: FrameParts,
  inputBytes: number,
): Buffer {
  const said = Buffer.from(printSaid(limits.said));
  const message = openMessage(CALL, CALL_HEAD_BYTES + said.length + inputBytes);
  let at = message.writeUInt32LE(id, HEADER_BYTES);
  at = message.writeUInt8(HOOK_NAMES.indexOf(hook), at);
  at = message.writeDoubleLE(limits.fuel, at);
  at = message.writeDoubleLE(limits.timeMs, at);
  at = message.writeUInt16LE(said.length, at);
  at += said.copy(message, at);
  at += message.write(input.head, at, "utf8");
  if (input.body !== undefined) message.set(input.body, at);
  return message;
}

export function readRequest({ kind, payload }: RawMessage): GuestRequest {
  if (kind === START) {
    const end = 4 + payload.readUInt32LE(0);
    const settings: StartSettings = JSON.parse(payload.toString("utf8", 4, end));
    return { kind: "start", settings, bytes: payload.subarray(end) };
  }
  const hook = HOOK_NAMES[payload.readUInt8(4)];
  assert(hook !== undefined, "host and guest process know the same hooks");
  const end = CALL_HEAD_BYTES + payload.readUInt16LE(21);
  const said = readSaid(payload.toString("utf8", CALL_HEAD_BYTES, end));
  const limits = { fuel: payload.readDoubleLE(5), timeMs: payload.readDoubleLE(13), said };
  const input = payload.subarray(end);
  return { kind: "call", id: payload.readUInt32LE(0), hook, limits, input };
}

/** Two lines; nothing for limits that are not written anywhere. */
function printSaid(said: LimitsSaid | undefined): string {
  return said === undefined ? "" : `${said.fuel}\n${said.time}`;
}

function readSaid(text: string): LimitsSaid | undefined {
  const [fuel, time] = text.split("\n");
  return fuel === undefined || time === undefined ? undefined : { fuel, time };
}

/** A message with room for its payload. */
export function openMessage(kind: number, payloadBytes: number): Buffer {
  const message = Buffer.allocUnsafe(HEADER_BYTES + payloadBytes);
  message.writeUInt32LE(payloadBytes, 0);
  message.writeUInt8(kind, 4);
  return message;
}
