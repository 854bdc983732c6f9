/** HL7 v2.5.1, chapter 2: segments end with CR, fields with the first separator after MSH. */
const SEGMENT_END = "\r";

export class Header {
  separator: string = "|";
  /** MSH-1 is the separator itself, so that MSH-n is `fields[n - 1]`. */
  fields: string[] = [];
  /** Empty when it is a message. */
  fault: string = "";

  field(number: i32): string {
    return number > this.fields.length ? "" : this.fields[number - 1]!;
  }
}

/** Reads the first segment, MSH. Line feeds, which some senders write instead of CR, are taken. */
export function readHeader(message: string): Header {
  const header = new Header();
  const line = message
    .replaceAll("\r\n", SEGMENT_END)
    .replaceAll("\n", SEGMENT_END)
    .split(SEGMENT_END)[0]!;
  if (!line.startsWith("MSH") || line.length < 8) {
    header.fault = "a message begins with MSH and its separators";
    return header;
  }
  header.separator = line.charAt(3);
  header.fields = line.split(header.separator);
  header.fields[0] = header.separator;
  if (header.field(9) === "") header.fault = "MSH-9, the type of the message, is empty";
  else if (header.field(10) === "") header.fault = "MSH-10, the control id, is empty";
  return header;
}

/** The acknowledgement: sender and receiver change places. */
export function acknowledge(header: Header, code: string, text: string): string {
  const separator = header.separator;
  const trigger = header.field(9).split("^");
  const event = trigger.length > 1 ? `^${trigger[1]!}` : "";
  const msh = [
    `MSH${separator}${header.field(2)}`,
    header.field(5),
    header.field(6),
    header.field(3),
    header.field(4),
    header.field(7),
    "",
    `ACK${event}`,
    `${header.field(10)}-ack`,
    header.field(11),
    header.field(12),
  ].join(separator);
  const msa = ["MSA", code, header.field(10), text].join(separator);
  return msh + SEGMENT_END + msa + SEGMENT_END;
}
