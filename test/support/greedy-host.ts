/**
 * Lets a guest take all the memory it can get, and sends how much more of it is resident than beside
 * a guest that takes none: `MEMORY_PAGES_MAX HOOK`. A process of its own, run with `--expose-gc`.
 */
import { isHookName } from "../../host/src/contracts/hooks.ts";
import { assert } from "../../host/src/lib/assert.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type Guest } from "../../host/src/sandbox/guest.ts";
import { readGuest } from "./guests.ts";

const WARM_UP_CALLS = 50;
const NOTHING = { head: "", body: undefined };

const [pages, hook = ""] = process.argv.slice(2);
const memoryPagesMax = Number(pages);
assert(isHookName(hook), "a hook is named");

async function start(name: string, pagesMax: number): Promise<Guest> {
  const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
  const module = await compileModule(await readGuest(name), { memoryPagesMax: pagesMax });
  // Enough to touch it all.
  const call = { fuel: 1_000_000_000, timeMs: 60_000 };
  const limits = { memoryPagesMax: pagesMax, call };
  return createGuest({ name, module, config: {}, logger, limits });
}

function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

/** The same code does the same with hardly any memory first. */
const small = await start("greedy", 1);
for (let call = 0; call < WARM_UP_CALLS; call++) await small.call(hook, NOTHING, () => undefined);
const greedy = await start("greedy", memoryPagesMax);
const before = residentBytes();
let output = 0n;
// Read while the guest is there: when the call is over it is replaced.
let grown = 0;
await greedy.call(hook, NOTHING, (lent) => {
  output = lent.readBigUInt64LE();
  grown = residentBytes() - before;
});
process.send?.({ grown, pages: Number(output & 0xffff_ffffn), slots: Number(output >> 32n) });
process.disconnect?.();
