import type { ByteReader } from "./byte-reader.ts";
import { readGlobalType, type GlobalType } from "./global-section.ts";
import { readMemoryType, type MemoryType } from "./memory-section.ts";
import { readTableType, type TableType } from "./table-section.ts";
import { readTagType } from "./tag-section.ts";

/** What an import has to be; functions and tags name a type by its index. */
export type ImportDescription =
  | { readonly kind: "func"; readonly type: number }
  | { readonly kind: "table"; readonly table: TableType }
  | { readonly kind: "memory"; readonly memory: MemoryType }
  | { readonly kind: "global"; readonly global: GlobalType }
  | { readonly kind: "tag"; readonly type: number };

export type Import = { readonly module: string; readonly name: string } & ImportDescription;

export function readImportSection(reader: ByteReader): Import[] {
  const imports = reader.list(() => readImport(reader));
  reader.expectEnd("the import section");
  return imports;
}

export function readImport(reader: ByteReader): Import {
  const module = reader.name();
  const name = reader.name();
  return { module, name, ...readDescription(reader) };
}

function readDescription(reader: ByteReader): ImportDescription {
  const kind = reader.u8();
  switch (kind) {
    case 0:
      return { kind: "func", type: reader.u32() };
    case 1:
      return { kind: "table", table: readTableType(reader) };
    case 2:
      return { kind: "memory", memory: readMemoryType(reader) };
    case 3:
      return { kind: "global", global: readGlobalType(reader) };
    case 4:
      return { kind: "tag", type: readTagType(reader) };
    default:
      throw reader.malformed(`${kind} is no kind of import`, reader.offset - 1);
  }
}
