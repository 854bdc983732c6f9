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
 * a thousand files instead of all their code. It walks to the end, so that a file that is cut off is
 * none. A section beyond `bytesMax` is refused, and so are two of the name.
 */
export async function readCustomSectionOfFile(
  file: RegularFile,
  sectionName: string,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  let found: Section | undefined;
  for await (const section of sectionsOf(file)) {
    if (section.name !== sectionName) continue;
    if (found !== undefined) {
      throw malformed(section.start, `it has two sections named ${sectionName}`);
    }
    found = section;
  }
  return found && readBody(file, found, bytesMax);
}

/** The same of a file that is damaged: the first section of the name, if nothing before it is. */
export async function salvageCustomSectionOfFile(
  file: RegularFile,
  sectionName: string,
  bytesMax: number,
): Promise<Uint8Array | undefined> {
  for await (const section of sectionsOf(file)) {
    if (section.name === sectionName) return readBody(file, section, bytesMax);
  }
  return undefined;
}

async function readBody(
  { handle }: RegularFile,
  { name, bodyStart, end }: Section,
  bytesMax: number,
): Promise<Uint8Array> {
  const length = end - bodyStart;
  if (length <= bytesMax) return (await readChunk(handle, bodyStart, length)).bytes;
  throw malformed(bodyStart, `section ${name} has ${length} bytes, at most ${bytesMax}`);
}

async function* sectionsOf({ handle, size }: RegularFile): AsyncGenerator<Section, undefined> {
  let chunk = await readChunk(handle, 0, CHUNK_BYTES);
  readModuleHeader(new ByteReader(chunk.bytes));
  let at = MODULE_HEADER_BYTES;
  for (let count = 0; at < size; count++) {
    if (count === SECTIONS_MAX) throw malformed(at, `it has more than ${SECTIONS_MAX} sections`);
    const isHeaderInside = at + HEADER_BYTES_MAX <= chunk.start + chunk.bytes.length;
    if (!isHeaderInside) chunk = await readChunk(handle, at, CHUNK_BYTES);
    const section = readSectionHeader(chunk, at);
    if (section.end > size) throw malformed(at, `a section ends behind the file's ${size} bytes`);
    yield section;
    at = section.end;
  }
  return undefined;
}

/** One section, and its offsets in the file. */
interface Section {
  readonly start: number;
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
  if (id !== CUSTOM_SECTION_ID) return { start: at, name: undefined, bodyStart: contentStart, end };
  const length = reader.u32();
  if (length > reader.left) return { start: at, name: undefined, bodyStart: contentStart, end };
  const name = Buffer.from(reader.take(length)).toString("utf8");
  return { start: at, name, bodyStart: chunk.start + reader.offset, end };
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
