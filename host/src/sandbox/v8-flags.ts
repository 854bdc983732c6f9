import { setFlagsFromString } from "node:v8";

/**
 * Flags of V8 that the host takes away for as long as it does one thing; elsewhere in the process
 * they stay as they are. Both are on unless somebody has switched them off.
 */
export const V8_FLAG = {
  /**
   * V8 compiles a function of a module when it is first called, on the event loop: a module of 136 KiB
   * took 1 ms to compile and then blocked everybody for 27 s. Without it all of that happens in V8's
   * own threads before a plugin is accepted.
   */
  compileWhenCalled: "wasm-lazy-compilation",
  /**
   * TurboFan optimizes the rewriter in a thread of its own, beside the rewriter, and is done when that
   * is. Without it a plugin's first load takes 65 ms instead of 100 on two cores, since Maglev's code
   * is nearly as good.
   */
  turbofan: "turbofan",
} as const;

/** Switches a flag off until it is disposed of. */
export function withoutFlag(flag: (typeof V8_FLAG)[keyof typeof V8_FLAG]): Disposable {
  setFlagsFromString(`--no-${flag}`);
  return { [Symbol.dispose]: () => setFlagsFromString(`--${flag}`) };
}
