import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";

const FUNCTION = 0x00;
const MEMORY = 0x02;

export interface Import {
  readonly module: string;
  readonly name: string;
  /** Its kind and type, undecoded. */
  readonly description: Uint8Array;
}

/** Core spec 5.5.5, for functions and memories: our modules import nothing else. */
export function readImports(body: Uint8Array): Import[] {
  const reader = new ByteReader(body);
  return reader.list(() => {
    const module = reader.name();
    const name = reader.name();
    const start = reader.offset;
    skipDescription(reader);
    return { module, name, description: reader.since(start) };
  });
}

export function writeImports(imports: readonly Import[]): Uint8Array {
  const writer = new ByteWriter();
  writer.list(imports, ({ module, name, description }) => {
    writer.name(module).name(name).bytes(description);
  });
  return writer.finish();
}

function skipDescription(reader: ByteReader): void {
  const kind = reader.byte();
  if (kind === FUNCTION) {
    reader.skipInteger();
  } else if (kind === MEMORY) {
    const hasMaximum = reader.byte() !== 0;
    reader.skipInteger();
    if (hasMaximum) reader.skipInteger();
  } else {
    throw new Error(`the engine imports functions and memories only, not kind ${kind}`);
  }
}
