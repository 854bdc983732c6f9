import { BackworksError } from "../../lib/errors.ts";
import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/** Core spec 5.5.2, in the order in which sections must stand; custom ones may stand anywhere. */
export const SECTION_ORDER = [
  "type",
  "import",
  "function",
  "table",
  "memory",
  "tag",
  "global",
  "export",
  "start",
  "element",
  "data-count",
  "code",
  "data",
] as const;

/** The kinds by their id byte. */
const KIND_OF_ID = [
  "custom",
  "type",
  "import",
  "function",
  "table",
  "memory",
  "global",
  "export",
  "start",
  "element",
  "code",
  "data",
  "data-count",
  "tag",
] as const;

export type SectionKind = (typeof KIND_OF_ID)[number];

/** Real modules have about ten; each one costs an object. */
const SECTIONS_MAX = 1000;
const HEADER_BYTES = 8;
const CORE_VERSION = 1;

/** A section as a range of the file: `start` is its id byte, `bodyStart` lies behind its size. */
export interface Section {
  readonly kind: SectionKind;
  readonly start: number;
  readonly bodyStart: number;
  readonly end: number;
}

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly sections: readonly Section[];
}

/** What a section becomes: as it was, or a new body. */
export type SectionContent = Section | { readonly kind: SectionKind; readonly body: Uint8Array };

/** Splits a core module into its sections; their bodies stay bytes. */
export function readModule(bytes: Uint8Array): WasmModule {
  const reader = new ByteReader(bytes);
  readModuleHeader(reader);
  const sections: Section[] = [];
  let rankBefore = -1;
  while (reader.left > 0) {
    const section = readSection(reader);
    if (section.kind !== "custom") {
      const rank = SECTION_ORDER.indexOf(section.kind);
      if (rank <= rankBefore) {
        const reason = `a ${section.kind} section is repeated or out of order`;
        throw reader.malformed(reason, section.start);
      }
      rankBefore = rank;
    }
    sections.push(section);
    if (sections.length > SECTIONS_MAX) {
      throw reader.malformed(`it has more than ${SECTIONS_MAX} sections`, section.start);
    }
  }
  return { bytes, sections };
}

export function findSection(module: WasmModule, kind: SectionKind): Section | undefined {
  return module.sections.find((section) => section.kind === kind);
}

export function openSection(module: WasmModule, section: Section): ByteReader {
  return new ByteReader(module.bytes, section.bodyStart, section.end);
}

/** Reads a section that may be missing. */
export function readSectionOr<T>(
  module: WasmModule,
  kind: SectionKind,
  read: (reader: ByteReader) => T,
  missing: T,
): T {
  const section = findSection(module, kind);
  return section === undefined ? missing : read(openSection(module, section));
}

/** Puts sections behind a header; a section taken over from `source` keeps its exact bytes. */
export function writeModule(
  source: Uint8Array,
  sections: readonly SectionContent[],
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(source.length + 1024);
  writer.copy(source, 0, HEADER_BYTES);
  for (const section of sections) {
    if ("start" in section) {
      writer.copy(source, section.start, section.end);
      continue;
    }
    writer.u8(KIND_OF_ID.indexOf(section.kind));
    writer.u32(section.body.length);
    writer.raw(section.body);
  }
  return writer.finish();
}

function readSection(reader: ByteReader): Section {
  const start = reader.offset;
  const id = reader.u8();
  const kind = KIND_OF_ID[id];
  if (kind === undefined) throw reader.malformed(`${id} is no section`, start);
  const size = reader.u32();
  const bodyStart = reader.pass(size);
  return { kind, start, bodyStart, end: reader.offset };
}

/** Reads the eight bytes before the first section. Throws `plugin_not_wasm` for other files. */
export function readModuleHeader(reader: ByteReader): void {
  if (reader.left === 0) {
    throw new BackworksError("plugin_not_wasm", "not a WebAssembly module: it is empty", {
      details: { offset: 0 },
    });
  }
  const isWasm = [0x00, 0x61, 0x73, 0x6d].every(
    (byte) => reader.peek() === byte && reader.u8() === byte,
  );
  if (!isWasm) {
    throw new BackworksError(
      "plugin_not_wasm",
      "not a WebAssembly module: it does not begin with the bytes 00 61 73 6d",
      { details: { offset: 0 } },
    );
  }
  const version = reader.u8() | (reader.u8() << 8);
  const layer = reader.u8() | (reader.u8() << 8);
  if (layer === 1) {
    throw new BackworksError(
      "plugin_not_wasm",
      "a WebAssembly component (layer 1), a core module (layer 0) is expected: build the plugin without the component model",
      { details: { offset: 4, version, layer } },
    );
  }
  if (version !== CORE_VERSION || layer !== 0) {
    throw new BackworksError(
      "plugin_not_wasm",
      `WebAssembly version ${version}, layer ${layer}; version ${CORE_VERSION}, layer 0 is expected`,
      { details: { offset: 4, version, layer } },
    );
  }
}
