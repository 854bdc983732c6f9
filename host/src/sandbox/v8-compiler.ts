import { setFlagsFromString } from "node:v8";
import { systemClock } from "../lib/clock.ts";
import { withDeadline } from "../lib/deadline.ts";

/**
 * V8 compiles a function when it is first called, on the event loop: a module of 136 KiB took 1 ms to
 * compile and then blocked everybody for 27 s. Compiled at once, all of that happens in V8's own
 * threads before a plugin is accepted. These are the only V8 flags that the host sets.
 */
const AT_ONCE = "--no-wasm-lazy-compilation";
const WHEN_CALLED = "--wasm-lazy-compilation";

/**
 * Up to this much work (wasm/metered-code.ts; 30 ns each) a module is compiled function by function:
 * what one call can make V8 compile is at most 30 ms, and in practice a tenth. A plugin on the PDK's
 * engine then loads in 4 ms instead of 20, of which most would be code that it never runs.
 */
const LAZY_WORK_MAX = 1_000_000;

/** Compiling never takes as long; the timer only keeps the process alive while it waits for V8. */
const COMPILE_MS_MAX = 60_000;

setFlagsFromString(AT_ONCE);

/** V8 reads the flag while it compiles: one module after the other. */
let last: Promise<unknown> = Promise.resolve();

/** Compiles off the event loop. Rejects with V8's error if the module is not valid. */
export async function compileOffLoop(
  bytes: Uint8Array,
  compileWork: number,
): Promise<WebAssembly.Module> {
  const before = last;
  const compiled = before.then(async () =>
    compileWork > LAZY_WORK_MAX ? compile(bytes) : compileLazily(bytes),
  );
  last = compiled.catch(() => undefined);
  return compiled;
}

async function compileLazily(bytes: Uint8Array): Promise<WebAssembly.Module> {
  setFlagsFromString(WHEN_CALLED);
  try {
    return await compile(bytes);
  } finally {
    setFlagsFromString(AT_ONCE);
  }
}

/** V8's threads do not keep Node's event loop alive: without a timer a process could end here. */
async function compile(bytes: Uint8Array): Promise<WebAssembly.Module> {
  const expired = (): Error => new Error("V8 does not finish compiling");
  return withDeadline({ clock: systemClock, timeoutMs: COMPILE_MS_MAX, expired }, async () =>
    WebAssembly.compile(bytes),
  );
}
