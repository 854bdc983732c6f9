/** Modbus/TCP: MODBUS Messaging on TCP/IP Implementation Guide 1.0b, sections 3 and 4. */
const HEADER_BYTES = 7;
const EXCEPTION = 0x80;

/** A response to "read registers": its unsigned registers, or what is wrong with it. */
export class Registers {
  values: i32[] = [];
  unit: i32 = 0;
  fault: string = "";
}

/** Reads one ADU: transaction, protocol, length, unit, function, bytes, registers. */
export function readRegisters(adu: Uint8Array): Registers {
  const read = new Registers();
  if (adu.length < HEADER_BYTES + 2) {
    read.fault = `an ADU has at least ${HEADER_BYTES + 2} bytes, this one has ${adu.length}`;
    return read;
  }
  const protocol = word(adu, 2);
  const length = word(adu, 4);
  if (protocol !== 0) read.fault = `the protocol is 0 in Modbus, here it is ${protocol}`;
  else if (length !== adu.length - 6) {
    read.fault = `the length says ${length} bytes, there are ${adu.length - 6}`;
  }
  read.unit = adu[6]!;
  const code: i32 = adu[7]!;
  if (read.fault === "" && code >= EXCEPTION) read.fault = exceptionOf(adu[8]!);
  if (read.fault === "" && code !== 3 && code !== 4) {
    read.fault = `function ${code} answers no registers: expected 3 or 4`;
  }
  const bytes: i32 = adu[8]!;
  if (read.fault === "" && (bytes % 2 !== 0 || bytes !== adu.length - 9)) {
    read.fault = `${bytes} bytes of registers announced, ${adu.length - 9} are there`;
  }
  if (read.fault !== "") return read;
  for (let at = 9; at < adu.length; at += 2) read.values.push(word(adu, at));
  return read;
}

function word(bytes: Uint8Array, at: i32): i32 {
  const high: i32 = bytes[at]!;
  return high * 256 + bytes[at + 1]!;
}

function exceptionOf(code: i32): string {
  if (code === 1) return "exception 1: illegal function";
  if (code === 2) return "exception 2: illegal data address";
  if (code === 3) return "exception 3: illegal data value";
  if (code === 4) return "exception 4: server device failure";
  if (code === 6) return "exception 6: server device busy";
  return `exception ${code}`;
}
