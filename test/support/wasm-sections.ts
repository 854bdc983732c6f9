/** Modules made by hand, byte by byte: what no text format can say. */
export const HEADER: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function withSections(...sections: number[][]): Uint8Array {
  return Uint8Array.from([...HEADER, ...sections.flat()]);
}

/** A section with a body of at most 127 bytes. */
export function section(id: number, ...body: number[]): number[] {
  return [id, body.length, ...body];
}

export function custom(name: string, ...body: number[]): number[] {
  return section(0, name.length, ...Buffer.from(name), ...body);
}
