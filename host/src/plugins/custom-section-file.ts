import type { FileHandle } from "node:fs/promises";
import { BackworksError } from "../lib/errors.ts";
import type { RegularFile } from "../lib/regular-file.ts";
import { ByteReader } from "../wasm/binary/byte-reader.ts";
import { readModuleHeader } from "../wasm/binary/module.ts";

/** One read holds a manifest that comes first, as our build writes it, and most headers behind it. */
const CHUNK_BYTES = 16 * 1024;
/** Id, size and name of a section whose name we would recognise. */
const HEADER_BYTES_MAX = 128;
const SECTIONS_MAX = 1_000;
const CUSTOM_SECTION_ID = 0;
const MODULE_HEADER_BYTES = 8;

/** A stretch of the file; `start` is its offset there. */
interface Chunk {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/**
 * Finds a custom section of a `.wasm` file by walking section headers: discovery reads kilobytes of
 * a thousand files instead of all their code. It walks to the end, so that a file that is cut off
 * claims no name. A section beyond `bytesMax` is refused, and so are two of the name.
 */
export async function readCustomSectionOfFile(
  { handle, size }: RegularFile,
  sectionName: string,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  let chunk = await readChunk(handle, 0, CHUNK_BYTES);
  readModuleHeader(new ByteReader(chunk.bytes));
  let found: Section | undefined;
  let at = MODULE_HEADER_BYTES;
  for (let count = 0; at < size; count++) {
    if (count === SECTIONS_MAX) throw malformed(at, `it has more than ${SECTIONS_MAX} sections`);
    const isHeaderInside = at + HEADER_BYTES_MAX <= chunk.start + chunk.bytes.length;
    if (!isHeaderInside) chunk = await readChunk(handle, at, CHUNK_BYTES);
    const section = readSectionHeader(chunk, at);
    if (section.end > size) throw malformed(at, `a section ends behind the file's ${size} bytes`);
    if (section.name === sectionName) {
      if (found !== undefined) throw malformed(at, `it has two sections named ${sectionName}`);
      found = section;
    }
    at = section.end;
  }
  if (found === undefined) return undefined;
  const length = found.end - found.bodyStart;
  if (length > bytesMax) {
    throw malformed(
      found.bodyStart,
      `section ${sectionName} has ${length} bytes, at most ${bytesMax}`,
    );
  }
  return (await readChunk(handle, found.bodyStart, length)).bytes;
}

/** One section; `bodyStart` and `end` are offsets in the file. */
interface Section {
  /** Of a custom section with a short name. */
  readonly name: string | undefined;
  readonly bodyStart: number;
  readonly end: number;
}

function readSectionHeader(chunk: Chunk, at: number): Section {
  const reader = new ByteReader(chunk.bytes, at - chunk.start);
  const id = reader.u8();
  const size = reader.u32();
  const contentStart = chunk.start + reader.offset;
  const end = contentStart + size;
  if (id !== CUSTOM_SECTION_ID) return { name: undefined, bodyStart: contentStart, end };
  const length = reader.u32();
  if (length > reader.left) return { name: undefined, bodyStart: contentStart, end };
  const name = Buffer.from(reader.take(length)).toString("utf8");
  return { name, bodyStart: chunk.start + reader.offset, end };
}

async function readChunk(handle: FileHandle, start: number, length: number): Promise<Chunk> {
  const buffer = new Uint8Array(length);
  const { bytesRead } = await handle.read(buffer, 0, length, start);
  return { start, bytes: buffer.subarray(0, bytesRead) };
}

function malformed(offset: number, reason: string): BackworksError {
  return new BackworksError(
    "plugin_malformed",
    `malformed WebAssembly module at byte ${offset}: ${reason}`,
    { details: { offset } },
  );
}
