import { Buffer } from "node:buffer";
import { CAPABILITY_FAULTS, type CapabilityFault } from "../../contracts/capabilities.ts";
import { assert } from "../../lib/assert.ts";
import { HEADER_BYTES, type RawMessage } from "./message-reader.ts";
import { openMessage } from "./requests.ts";

/** What the host answers a question of a guest's process. */
export type HostAnswer =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "number"; readonly number: bigint }
  | { readonly kind: "fault"; readonly fault: CapabilityFault; readonly message: string }
  /** Ends the guest's call for this reason. */
  | { readonly kind: "stop"; readonly reason: string }
  /** The call's time was over before there was an answer. */
  | { readonly kind: "over" };

const BYTES = 1;
const NUMBER = 2;
const FAULT = 3;
const STOP = 4;
const OVER = 5;

/** The host is trusted: this bound only keeps a bug of ours from eating memory. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** For a `MessageReader` in the guest's process. */
export const ANSWER_BYTES: ReadonlyMap<number, number> = new Map(
  [BYTES, NUMBER, FAULT, STOP, OVER].map((kind) => [kind, ANSWER_BYTES_MAX]),
);

export function printAnswer(answer: HostAnswer): Buffer {
  switch (answer.kind) {
    case "bytes":
      return printBytes(BYTES, answer.bytes);
    case "number": {
      const message = openMessage(NUMBER, 8);
      message.writeBigInt64LE(answer.number, HEADER_BYTES);
      return message;
    }
    case "fault": {
      const text = Buffer.from(answer.message);
      const message = openMessage(FAULT, 1 + text.length);
      message.writeInt8(CAPABILITY_FAULTS[answer.fault], HEADER_BYTES);
      message.set(text, HEADER_BYTES + 1);
      return message;
    }
    case "stop":
      return printBytes(STOP, Buffer.from(answer.reason));
    case "over":
      return openMessage(OVER, 0);
  }
}

/** Bytes are lent with the payload. */
export function readAnswer({ kind, payload }: RawMessage): HostAnswer {
  switch (kind) {
    case BYTES:
      return { kind: "bytes", bytes: payload };
    case NUMBER:
      return { kind: "number", number: payload.readBigInt64LE(0) };
    case FAULT:
      return {
        kind: "fault",
        fault: toFault(BigInt(payload.readInt8(0))),
        message: payload.toString("utf8", 1),
      };
    case STOP:
      return { kind: "stop", reason: payload.toString("utf8") };
    default:
      return { kind: "over" };
  }
}

/** The fault that a function of the guest's answered with. */
export function toFault(number: bigint): CapabilityFault {
  const found = FAULTS.find((fault) => BigInt(CAPABILITY_FAULTS[fault]) === number);
  assert(found !== undefined, "what is answered below 0 is a fault of the table");
  return found;
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a closed table
const FAULTS = Object.keys(CAPABILITY_FAULTS) as readonly CapabilityFault[];

function printBytes(kind: number, bytes: Uint8Array): Buffer {
  const message = openMessage(kind, bytes.length);
  message.set(bytes, HEADER_BYTES);
  return message;
}
