import { systemClock } from "../lib/clock.ts";
import { withDeadline } from "../lib/deadline.ts";
import { V8_FLAG, withoutFlag } from "./v8-flags.ts";

/**
 * Up to this much work (wasm/metered-code.ts; 30 ns each) a module is compiled function by function:
 * what one call can make V8 compile is at most 30 ms, and in practice a tenth. A plugin on the PDK's
 * engine then loads in 4 ms instead of 20, of which most would be code that it never runs.
 */
const LAZY_WORK_MAX = 1_000_000;

/** Compiling never takes as long; the timer only keeps the process alive while it waits for V8. */
const COMPILE_MS_MAX = 60_000;

/** V8 reads the flag while it compiles: one module after the other. */
let last: Promise<unknown> = Promise.resolve();

/** Compiles off the event loop. Rejects with V8's error if the module is not valid. */
export async function compileOffLoop(
  bytes: Uint8Array,
  compileWork: number,
): Promise<WebAssembly.Module> {
  const compiled = last.then(async () =>
    compileWork > LAZY_WORK_MAX ? compileAtOnce(bytes) : WebAssembly.compile(bytes),
  );
  last = compiled.catch(() => undefined);
  return compiled;
}

/** V8's threads do not keep Node's event loop alive: without a timer a process could end here. */
async function compileAtOnce(bytes: Uint8Array): Promise<WebAssembly.Module> {
  using _ = withoutFlag(V8_FLAG.compileWhenCalled);
  return await withDeadline({ clock: systemClock, timeoutMs: COMPILE_MS_MAX, expired }, async () =>
    WebAssembly.compile(bytes),
  );
}

function expired(): Error {
  return new Error("V8 does not finish compiling");
}
