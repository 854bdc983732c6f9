import type { Buffer } from "node:buffer";
import type { UserName } from "../../abi/user.ts";
import { HOST_FUNCTIONS, type HostFunction } from "../../abi/v1.ts";
import { LOG_BYTES_MAX } from "../extism-functions.ts";
import type { GuestLimits } from "../limits.ts";
import { HEADER_BYTES, MalformedMessage } from "./message-reader.ts";
import { openMessage } from "./requests.ts";

/** Without `bw_error`: the guest's process has the sentence that came with the fault. */
type AskedFunction =
  Exclude<UserName, "bw_error"> | "http_request" | "http_status_code" | "http_headers";

export type QuestionName = AskedFunction | "redact";

/**
 * What a guest's process may ask of the host, and the forms of the parameters as abi/user.ts has them:
 * `b` is the address of a block, whose bytes go along, and `n` a number. `redact` is no function of
 * the guest's, but what becomes of the texts that it says.
 */
const FORMS: Readonly<Record<QuestionName, string>> = {
  redact: "b",
  http_request: "bb",
  http_status_code: "",
  http_headers: "",
  bw_kv_get: "b",
  bw_kv_set: "bbn",
  bw_kv_delete: "b",
  bw_kv_increment: "bnn",
  bw_kv_compare_and_set: "bbbn",
  bw_http_send: "bn",
  bw_secret_get: "b",
  bw_plugin_call: "bb",
  bw_event_publish: "bb",
  bw_metric_record: "b",
  bw_clock_now: "",
  bw_clock_monotonic: "",
  bw_random_bytes: "n",
  bw_sql_query: "bbb",
  bw_tcp_open: "b",
  bw_tcp_send: "nb",
  bw_tcp_receive: "nnn",
  bw_tcp_close: "n",
};

/** A number; or the bytes of a block, undefined for the address 0. */
export type Parameter = bigint | Uint8Array | undefined;

export interface Question {
  readonly name: QuestionName;
  readonly parameters: readonly Parameter[];
}

/** Of the message, beside the kinds of replies.ts. */
export const QUESTION = 6;

/** Stands for the length of a block where the address is 0. */
const NO_BLOCK = -1n;
const NUMBER_BYTES = 8;
const PARAMETERS_MAX = 4;
/**
 * A guest's longest text, with every byte that is no UTF-8 replaced by three. The host looks through it
 * for each form of each secret, at once: that of megabytes would hold up everybody.
 */
const REDACTED_BYTES_MAX = 3 * LOG_BYTES_MAX;
const NAMES: readonly QuestionName[] = Object.keys(FORMS).filter(isQuestionName);

/** A function of the guest's that the host does, as the ABI has it. */
export interface AskedHostFunction extends HostFunction {
  readonly name: AskedFunction;
  readonly forms: string;
}

export const ASKED_FUNCTIONS: readonly AskedHostFunction[] = HOST_FUNCTIONS.flatMap((each) => {
  const { name } = each;
  return isQuestionName(name) && name !== "redact" ? [{ ...each, name, forms: FORMS[name] }] : [];
});

function isQuestionName(name: string): name is QuestionName {
  return Object.hasOwn(FORMS, name);
}

/** Two blocks may be as large as the guest's kernel memory: `http_request` leaves them to the guest. */
export function questionBytesMax({ kernelBytesMax }: GuestLimits): number {
  return 1 + PARAMETERS_MAX * NUMBER_BYTES + 2 * kernelBytesMax;
}

/** The function's place in the table, for each parameter a number or a length, and the blocks. */
export function printQuestion({ name, parameters }: Question): Buffer {
  const blocks = parameters.filter((each) => each instanceof Uint8Array);
  const blockBytes = blocks.reduce((sum, { length }) => sum + length, 0);
  const message = openMessage(QUESTION, 1 + parameters.length * NUMBER_BYTES + blockBytes);
  let at = message.writeUInt8(NAMES.indexOf(name), HEADER_BYTES);
  for (const each of parameters) at = message.writeBigInt64LE(toNumber(each), at);
  for (const block of blocks) {
    message.set(block, at);
    at += block.length;
  }
  return message;
}

/** Blocks are lent with the payload. Throws `MalformedMessage`. */
export function readQuestion(payload: Buffer): Question {
  const name = NAMES[payload[0] ?? NAMES.length];
  if (name === undefined) throw new MalformedMessage("a question for an unknown function");
  const forms = FORMS[name];
  let end = 1 + forms.length * NUMBER_BYTES;
  if (payload.length < end) throw new MalformedMessage(`a question for ${name} that is cut off`);
  const parameters = Array.from(forms, (form, index): Parameter => {
    const number = payload.readBigInt64LE(1 + index * NUMBER_BYTES);
    if (form === "n") return number;
    if (number === NO_BLOCK) return undefined;
    if (number < 0n || number > payload.length - end) {
      throw new MalformedMessage(`a question for ${name} with a block that is not there`);
    }
    const start = end;
    end += Number(number);
    return payload.subarray(start, end);
  });
  const textBytes = name === "redact" ? end - 1 - NUMBER_BYTES : 0;
  if (payload.length > end || textBytes > REDACTED_BYTES_MAX) {
    throw new MalformedMessage(`a question for ${name} that is too long`);
  }
  return { name, parameters };
}

function toNumber(parameter: Parameter): bigint {
  if (parameter === undefined) return NO_BLOCK;
  return typeof parameter === "bigint" ? parameter : BigInt(parameter.length);
}
