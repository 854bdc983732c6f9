/** FIX tag=value encoding: FIX Technical Standard, "TagValue Encoding". */
const SOH: u8 = 1;
const EQUALS: u8 = 0x3d;
const ZERO = 0x30;

export class FixMessage {
  /** In the order of the message. */
  tags: i32[] = [];
  values: string[] = [];
  /** What is wrong with it; empty when nothing is. */
  fault: string = "";

  /** First value of a tag, or null. */
  value(tag: i32): string | null {
    const at = this.tags.indexOf(tag);
    return at < 0 ? null : this.values[at]!;
  }
}

/** Reads one message and checks order of the first fields, BodyLength (9) and CheckSum (10). */
export function readFix(bytes: Uint8Array): FixMessage {
  const message = new FixMessage();
  let bodyFrom = 0;
  let trailerAt = 0;
  let sum = 0;
  let at = 0;
  while (at < bytes.length) {
    const end = fieldEnd(bytes, at);
    if (end < 0) return fail(message, `the field at byte ${at} does not end with SOH`);
    const equals = bytes.indexOf(EQUALS, at);
    if (equals <= at || equals >= end) return fail(message, `no tag at byte ${at}`);
    const tag = numberOf(bytes, at, equals);
    if (tag <= 0) return fail(message, `the tag at byte ${at} is no positive number`);
    message.tags.push(tag);
    message.values.push(textOf(bytes, equals + 1, end));
    if (tag === 10) trailerAt = at;
    else for (let i = at; i <= end; i++) sum = (sum + bytes[i]!) % 256;
    at = end + 1;
    if (tag === 9 && bodyFrom === 0) bodyFrom = at;
  }
  return check(message, sum, trailerAt - bodyFrom);
}

function check(message: FixMessage, sum: i32, bodyLength: i32): FixMessage {
  const tags = message.tags;
  const count = tags.length;
  if (count < 4 || tags[0] !== 8 || tags[1] !== 9 || tags[2] !== 35 || tags[count - 1] !== 10) {
    return fail(message, "a message begins with the tags 8, 9 and 35, and ends with 10");
  }
  const length = parseInt(message.values[1]!);
  if (length !== bodyLength) {
    return fail(message, `BodyLength (9) says ${length} bytes, there are ${bodyLength}`);
  }
  const expected = `00${sum}`.slice(-3);
  const found = message.values[count - 1]!;
  if (found !== expected) return fail(message, `CheckSum (10) is ${found}, expected ${expected}`);
  return message;
}

function fail(message: FixMessage, fault: string): FixMessage {
  message.fault = fault;
  return message;
}

function fieldEnd(bytes: Uint8Array, from: i32): i32 {
  return bytes.indexOf(SOH, from);
}

function numberOf(bytes: Uint8Array, from: i32, to: i32): i32 {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit: i32 = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function textOf(bytes: Uint8Array, from: i32, to: i32): string {
  let text = "";
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
