import type { Place } from "../../../../host/src/sandbox/profiling/frames.ts";
import type { EngineAddresses } from "../../../../host/src/sandbox/profiling/quickjs-stack.ts";

/** Where the fixture puts things; the fields are those of QuickJS-NG 0.17 on wasm32. */
export const AT = {
  cell: 64,
  context: 128,
  runtime: 512,
  atoms: 1600,
  name: 1700,
  file: 1800,
  object: 2000,
  bytecode: 2100,
  code: 2300,
  table: 2400,
  frame: 3000,
} as const;
const NAME = 1;
const FILE = 2;

/** Memory as QuickJS leaves it. */
export interface Fixture {
  readonly memory: WebAssembly.Memory;
  readonly set: (address: number, ...values: number[]) => void;
}

/** A memory in which one function, of line 10, is in the 6th byte of its code. */
export function oneFrame(table: readonly number[] = []): Fixture {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const view = new DataView(memory.buffer);
  const set: Fixture["set"] = (address, ...values) =>
    values.forEach((value, i) => view.setUint32(address + i * 4, value, true));
  const setText = (address: number, text: string): void => {
    set(address, text.length);
    new Uint8Array(memory.buffer).set(Buffer.from(text), address + 24);
  };
  set(AT.cell, AT.frame);
  set(AT.context + 8, AT.runtime);
  set(AT.runtime + 556, 3);
  set(AT.runtime + 568, AT.atoms);
  set(AT.atoms, 0, AT.name, AT.file);
  setText(AT.name, "parseTaf");
  setText(AT.file, "plugin.js");
  set(AT.object + 24, AT.bytecode);
  set(AT.bytecode + 12, AT.code, 20, NAME);
  set(AT.bytecode + 48, AT.context);
  set(AT.bytecode + 56, FILE, 10, 1);
  set(AT.bytecode + 72, table.length, AT.table);
  new Uint8Array(memory.buffer).set(table, AT.table);
  setFrame({ set, memory }, AT.frame, 0);
  return { memory, set };
}

/** The same function, called by the one of another frame. */
export function setFrame({ set }: Fixture, frame: number, caller: number): void {
  set(frame, caller, 0, AT.object, 0xffff_ffff);
  set(frame + 28, AT.code + 6);
}

export const ADDRESSES: EngineAddresses = { context: AT.context, frame: AT.cell };
export const PLACE: Place = { file: "plugin.js", line: 10, column: 1 };
