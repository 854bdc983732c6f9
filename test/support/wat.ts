import createWabt from "wabt";

// The host has V8 compile modules at once, in threads that do not keep a plain process (a bench) alive.
const alive = setInterval(() => undefined, 1000);
const wabt = await createWabt();
clearInterval(alive);

const FEATURES = {
  exceptions: true,
  mutable_globals: true,
  sat_float_to_int: true,
  sign_extension: true,
  simd: true,
  threads: true,
  multi_value: true,
  tail_call: true,
  bulk_memory: true,
  reference_types: true,
  memory64: true,
  multi_memory: true,
  extended_const: true,
  function_references: true,
  relaxed_simd: true,
  gc: true,
};

/** Turns the text format into a module, without checking that it is valid: tests need bad ones. */
export function wat(text: string): Uint8Array<ArrayBuffer> {
  const parsed = wabt.parseWat("test.wat", text, FEATURES);
  try {
    return Uint8Array.from(parsed.toBinary({ write_debug_names: true }).buffer);
  } finally {
    parsed.destroy();
  }
}
