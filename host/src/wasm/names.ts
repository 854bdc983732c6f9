import { BackworksError } from "../lib/errors.ts";
import { ByteReader } from "./binary/byte-reader.ts";
import { ByteWriter } from "./binary/byte-writer.ts";

/** Core spec 7.4.1: the subsection with the names of functions, ordered by their index. */
const FUNCTION_NAMES = 1;

/** Function indices and their names, in the order of the indices. */
export type NameEntries = readonly (readonly [index: number, name: string])[];

/**
 * Adds names of functions whose indices are above all others to the body of a name section, so that
 * they show in stacks. V8 does not check this section: one that cannot be read stays as it is.
 */
export function addFunctionNames(body: Uint8Array, entries: NameEntries): Uint8Array {
  try {
    return withFunctionNames(body, entries);
  } catch (error) {
    if (error instanceof BackworksError) return body;
    throw error;
  }
}

function withFunctionNames(body: Uint8Array, entries: NameEntries): Uint8Array {
  const reader = new ByteReader(body);
  const writer = new ByteWriter(body.length + 64);
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
    writer.u32(count + entries.length);
    writer.copy(content, names.offset, content.length);
    for (const [index, name] of entries) {
      writer.u32(index);
      writer.name(name);
    }
    writer.closeSized(size);
  }
  return writer.finish();
}
