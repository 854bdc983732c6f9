import { Buffer } from "node:buffer";
import type { FrameParts } from "../../abi/exchange-frame.ts";
import { HOOKS, isHookName, type HookName } from "../../contracts/hooks.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { assert } from "../../lib/assert.ts";
import type { LogLevel } from "../../lib/log-level.ts";
import type { GuestLimits } from "../limits.ts";
import { HEADER_BYTES, type RawMessage } from "./message-reader.ts";

/** What the host asks of a guest's process. */
export type GuestRequest =
  | { readonly kind: "start"; readonly settings: StartSettings; readonly bytes: Buffer }
  | { readonly kind: "call"; readonly id: number; readonly hook: HookName; readonly input: Buffer };

export interface StartSettings {
  readonly name: string;
  readonly config: JsonObject;
  readonly limits: GuestLimits;
  /** Levels that somebody wants to see. */
  readonly logLevels: readonly LogLevel[];
}

const START = 1;
const CALL = 2;
/** Id of the call, then the hook's place in `HOOKS`: both sides run the same code. */
const CALL_HEAD_BYTES = 5;
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
  id: number,
  hook: HookName,
  input: FrameParts,
  inputBytes: number,
): Buffer {
  const message = openMessage(CALL, CALL_HEAD_BYTES + inputBytes);
  message.writeUInt32LE(id, HEADER_BYTES);
  message.writeUInt8(HOOK_NAMES.indexOf(hook), HEADER_BYTES + 4);
  const head = HEADER_BYTES + CALL_HEAD_BYTES;
  const body = head + message.write(input.head, head, "utf8");
  if (input.body !== undefined) message.set(input.body, body);
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
  return { kind: "call", id: payload.readUInt32LE(0), hook, input: payload.subarray(5) };
}

/** A message with room for its payload. */
export function openMessage(kind: number, payloadBytes: number): Buffer {
  const message = Buffer.allocUnsafe(HEADER_BYTES + payloadBytes);
  message.writeUInt32LE(payloadBytes, 0);
  message.writeUInt8(kind, 4);
  return message;
}
