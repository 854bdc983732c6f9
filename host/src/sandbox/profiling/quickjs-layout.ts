/**
 * Offsets in the structures of the one engine that is known here, QuickJS-NG 0.17 on wasm32
 * (quickjs.c).
 */

/** How modules name these, once `@backworks/pdk/build` has tried them out. */
export const LAYOUT = "quickjs-ng-0.17-wasm32";

export const CONTEXT = { runtime: 8 } as const;
export const RUNTIME = { atomSize: 556, atoms: 568 } as const;
/** Of a function, `function` is its bytecode. */
export const OBJECT = { shape: 12, properties: 16, function: 24 } as const;
export const SHAPE = { count: 24, properties: 56 } as const;
export const STRING = { length: 0, text: 24 } as const;
export const GENERATOR_STATE = { callee: 24 } as const;

/** Of a function's code: `tableLength` and `table` say which lines it comes from. */
export const BYTECODE = {
  code: 12,
  codeLength: 16,
  name: 20,
  realm: 48,
  file: 56,
  line: 60,
  column: 64,
  tableLength: 72,
  table: 76,
} as const;

export const FRAME = { caller: 0, callee: 8, calleeTag: 12, counter: 28 } as const;

/** quickjs.h: of values that are no objects, a generator's state is all that is ever called. */
export const TAG_OBJECT = -1;
export const TAG_STRING = -7;
