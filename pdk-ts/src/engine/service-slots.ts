import { ByteWriter } from "../build/wasm/byte-writer.ts";
import { SECTION, writeSections, type Section } from "../build/wasm/sections.ts";
import { SERVICES, SERVICES_NAMESPACE, type ServiceFunction } from "../services.ts";

const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;
const I32 = 0x7f;
const I64 = 0x7e;
const FUNCTION = 0x00;
const HAS_MAXIMUM = 0x01;
const I32_CONST = 0x41;
const LOCAL_GET = 0x20;
const CALL_INDIRECT = 0x11;
const END = 0x0b;

/** How many parameters a host function may have. */
const ARITIES = [0, 1, 2, 3, 4] as const;

/**
 * A module between the glue and the host: it imports every host function into a table, and exports
 * `call_0` to `call_4`, which call the one in a slot with so many parameters.
 *
 * So no code names an import, and a plugin that may not import a function has a harmless import in
 * its place (build/service-imports.ts) while all code stays what it is, to the byte. A host meters
 * and keeps one code section for all plugins, whatever capabilities they declare.
 */
export function writeServiceSlots(): Uint8Array {
  const services: readonly ServiceFunction[] = SERVICES;
  const slots = services.map((_, slot) => slot);
  return writeSections([
    vector(SECTION.type, [...ARITIES.map(hostType), ...ARITIES.map(callerType)], (writer, type) =>
      writer.bytes(type),
    ),
    vector(SECTION.import, services, (writer, { name, parameters }) =>
      writer.name(SERVICES_NAMESPACE).name(name).byte(FUNCTION).u32(parameters),
    ),
    vector(SECTION.function, ARITIES, (writer, arity) => writer.u32(ARITIES.length + arity)),
    vector(SECTION.table, [slots.length], (writer, size) =>
      writer.byte(FUNCTION_REFERENCE, HAS_MAXIMUM).u32(size).u32(size),
    ),
    vector(SECTION.export, ARITIES, (writer, arity) =>
      writer
        .name(`call_${arity}`)
        .byte(FUNCTION)
        .u32(slots.length + arity),
    ),
    vector(SECTION.element, [slots], (writer, functions) =>
      writer.byte(0x00, I32_CONST, 0x00, END).list(functions, (index) => writer.u32(index)),
    ),
    vector(SECTION.code, ARITIES.map(callerBody), (writer, body) =>
      writer.u32(body.length).bytes(body),
    ),
  ]);
}

/** Its index is its arity. */
function hostType(arity: number): Uint8Array {
  return Uint8Array.of(FUNCTION_TYPE, arity, ...parametersOf(arity), 1, I64);
}

function callerType(arity: number): Uint8Array {
  return Uint8Array.of(FUNCTION_TYPE, arity + 1, I32, ...parametersOf(arity), 1, I64);
}

function parametersOf(arity: number): number[] {
  return Array.from({ length: arity }, () => I64);
}

/** No locals; the slot is the first parameter, and what `call_indirect` takes last. */
function callerBody(arity: number): Uint8Array {
  const passed = parametersOf(arity).flatMap((_, i) => [LOCAL_GET, i + 1]);
  return Uint8Array.of(0, ...passed, LOCAL_GET, 0, CALL_INDIRECT, arity, 0, END);
}

/** A section that is one vector. */
function vector<T>(
  id: number,
  elements: readonly T[],
  write: (writer: ByteWriter, element: T) => void,
): Section {
  const writer = new ByteWriter();
  return { id, body: writer.list(elements, (element) => write(writer, element)).finish() };
}
