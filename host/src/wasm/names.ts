import { BackworksError } from "../lib/errors.ts";
import { ByteReader } from "./binary/byte-reader.ts";
import { ByteWriter } from "./binary/byte-writer.ts";

/** Core spec 7.4.1: the subsection with the names of functions, ordered by their index. */
const FUNCTION_NAMES = 1;

/**
 * Adds the name of a function whose index is above all others to the body of a name section, so
 * that it shows in stacks. V8 does not check this section: one that cannot be read stays as it is.
 */
export function addFunctionName(body: Uint8Array, index: number, name: string): Uint8Array {
  try {
    return withFunctionName(body, index, name);
  } catch (error) {
    if (error instanceof BackworksError) return body;
    throw error;
  }
}

function withFunctionName(body: Uint8Array, index: number, name: string): Uint8Array {
  const reader = new ByteReader(body);
  const writer = new ByteWriter(body.length + name.length + 64);
  writer.name(reader.name());
  while (reader.left > 0) {
    const start = reader.offset;
    const id = reader.u8();
    const content = reader.take(reader.u32());
    if (id !== FUNCTION_NAMES) {
      writer.copy(body, start, reader.offset);
      continue;
    }
    const names = new ByteReader(content);
    const count = names.count();
    writer.u8(FUNCTION_NAMES);
    const size = writer.openSized();
    writer.u32(count + 1);
    writer.copy(content, names.offset, content.length);
    writer.u32(index);
    writer.name(name);
    writer.closeSized(size);
  }
  return writer.finish();
}
