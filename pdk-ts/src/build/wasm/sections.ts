import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

/** Core spec 5.5.2: the ids of the sections that are read or written here. */
export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

/** A section and its body, undecoded. */
export interface Section {
  readonly id: number;
  readonly body: Uint8Array;
}

/** "\0asm" and version 1. */
const PREAMBLE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

export function readSections(bytes: Uint8Array): Section[] {
  const reader = new ByteReader(bytes);
  const preamble = reader.bytes(PREAMBLE.length);
  if (preamble.some((byte, i) => byte !== PREAMBLE[i])) throw new Error("not a WebAssembly module");
  const sections: Section[] = [];
  while (!reader.isAtEnd) {
    const id = reader.byte();
    sections.push({ id, body: reader.bytes(reader.u32()) });
  }
  return sections;
}

export function writeSections(sections: readonly Section[]): Uint8Array {
  const writer = new ByteWriter().bytes(PREAMBLE);
  for (const { id, body } of sections) writer.byte(id).u32(body.length).bytes(body);
  return writer.finish();
}

/** The body of the one section of this id. */
export function sectionBody(sections: readonly Section[], id: number): Uint8Array {
  const section = sections.find((candidate) => candidate.id === id);
  if (section === undefined) throw new Error(`the module has no section ${id}`);
  return section.body;
}

/** The sections with new bodies for those ids that `bodies` has; all of them must exist. */
export function replaceSections(
  sections: readonly Section[],
  bodies: ReadonlyMap<number, Uint8Array>,
): Section[] {
  for (const id of bodies.keys()) sectionBody(sections, id);
  return sections.map((section) => ({ ...section, body: bodies.get(section.id) ?? section.body }));
}

export function withoutCustomSections(sections: readonly Section[]): Section[] {
  return sections.filter((section) => section.id !== SECTION.custom);
}

export function customSection(name: string, content: Uint8Array): Section {
  return { id: SECTION.custom, body: new ByteWriter().name(name).bytes(content).finish() };
}
