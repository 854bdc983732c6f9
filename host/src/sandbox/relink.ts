import { WASI_NAMESPACE } from "../abi/v1.ts";
import { assert } from "../lib/assert.ts";
import type { ByteReader } from "../wasm/binary/byte-reader.ts";
import { findSection, openSection, readModule } from "../wasm/binary/module.ts";

/**
 * Names that the SDK acts on by itself, and what they become. It refuses WASI imports unless it may
 * bring its own WASI, which can take the process down; and it runs a module's start functions at
 * instantiation, before WASI stubs can know the guest's memory. Every new name has the old one's
 * length: names change in place, no size in the module does.
 */
const IMPORT_NAMESPACES: ReadonlyMap<string, string> = new Map([
  [WASI_NAMESPACE, "backworks:wasi_preview"],
]);
const EXPORTS: ReadonlyMap<string, string> = new Map([
  ["_initialize", "!initialize"],
  ["_start", "!start"],
  ["hs_init", "!s_init"],
]);

/** Function imports only: the one kind that checkImports lets through. */
const FUNCTION = 0;

/** Where the SDK finds a namespace that the module imports under another name. */
export function linkedNamespace(namespace: string): string {
  return IMPORT_NAMESPACES.get(namespace) ?? namespace;
}

/** What an export of the original is called after `relink`. */
export function linkedExport(name: string): string {
  return EXPORTS.get(name) ?? name;
}

/** A copy of a module whose imports were checked, with the names above in place of the originals. */
export function relink(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = Uint8Array.from(bytes);
  const module = readModule(copy);
  const imports = findSection(module, "import");
  if (imports !== undefined) {
    const reader = openSection(module, imports);
    reader.list(() => {
      renameNext(reader, IMPORT_NAMESPACES);
      reader.name();
      assert(reader.u8() === FUNCTION, "imports are checked before a module is relinked");
      reader.u32();
    });
  }
  const exports = findSection(module, "export");
  if (exports !== undefined) {
    const reader = openSection(module, exports);
    reader.list(() => {
      renameNext(reader, EXPORTS);
      reader.u8();
      reader.u32();
    });
  }
  return copy;
}

function renameNext(reader: ByteReader, names: ReadonlyMap<string, string>): void {
  const renamed = names.get(reader.name());
  if (renamed === undefined) return;
  const bytes = new TextEncoder().encode(renamed);
  reader.bytes.set(bytes, reader.offset - bytes.length);
}
