import { ByteReader } from "../wasm/byte-reader.ts";
import { ByteWriter } from "../wasm/byte-writer.ts";
import { customSection, SECTION, type Section } from "../wasm/sections.ts";
import { INNER } from "./mark-callers.ts";

/** Custom section of core spec 7.4.1, and its part that names functions. */
const NAME_SECTION = "name";
const FUNCTION_NAMES = 1;

/**
 * The sections with no custom section but the names of functions, which traps and profiles show.
 * `~lib/` and escaped letters in them help nobody.
 */
export function keepFunctionNames(sections: readonly Section[]): Section[] {
  return sections.flatMap((section) => {
    if (section.id !== SECTION.custom) return [section];
    const reader = new ByteReader(section.body);
    return reader.name() === NAME_SECTION ? [customSection(NAME_SECTION, printNames(reader))] : [];
  });
}

/** The names that `keepFunctionNames` has kept. */
export function readFunctionNames(sections: readonly Section[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { id, body } of sections) {
    if (id !== SECTION.custom) continue;
    const reader = new ByteReader(body);
    if (reader.name() !== NAME_SECTION) continue;
    reader.byte();
    reader.u32();
    reader.list(() => {
      reader.u32();
      names.add(reader.name());
    });
  }
  return names;
}

function printNames(reader: ByteReader): Uint8Array {
  const writer = new ByteWriter();
  while (!reader.isAtEnd) {
    const kind = reader.byte();
    const body = reader.bytes(reader.u32());
    if (kind !== FUNCTION_NAMES) continue;
    const names = new ByteReader(body);
    const entries = names.list(() => ({ index: names.u32(), name: readable(names.name()) }));
    const list = new ByteWriter();
    list.list(entries, ({ index, name }) => list.u32(index).name(name));
    const bytes = list.finish();
    writer.byte(FUNCTION_NAMES).u32(bytes.length).bytes(bytes);
  }
  return writer.finish();
}

/** For an author: `src/plugin/parse`, `string/String#split`, `@backworks/pdk/run/runBeforeRequest<…>`. */
export function readable(name: string): string {
  return name
    .replaceAll("~lib/", "")
    .replace(INNER, "")
    .replaceAll(/[%\\]([0-9a-f]{2})/g, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    )
    .replace(/^(@backworks\/.*?)<.*/, "$1<…>");
}
