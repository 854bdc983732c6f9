/**
 * Loads plugins as a start does and sends the milliseconds that each took: `FOLDER CACHE FILE...`. A
 * process of its own, since what one load makes V8 learn is what the next one is faster by.
 */
import { setTimeout } from "node:timers/promises";
import { NO_GRANTS } from "../../../host/src/contracts/capabilities.ts";
import { NO_LIMITS } from "../../../host/src/contracts/limits.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { createLogger } from "../../../host/src/lib/logger.ts";
import { fillRandom } from "../../../host/src/lib/random.ts";
import { loadPlugin } from "../../../host/src/plugins/load.ts";
import { readManifestOfFile } from "../../../host/src/plugins/manifest-file.ts";
import { prepareLinking } from "../../../host/src/sandbox/link.ts";
import { SharedServices } from "../../../host/src/plugins/shared-services.ts";

const SETTLING_MS = 30;

const [cacheDirectory, ...files] = process.argv.slice(2);
const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
const shared = new SharedServices({
  dataDirectory: ":memory:",
  cacheDirectory,
  clock: systemClock,
  fillRandom,
  findCallee: () => undefined,
});
// Not part of a load: what a start does once, for the first plugin or for none, and what discovery
// does with every file before anything is loaded.
shared.fuelPerMs();
await prepareLinking();

const found = await Promise.all(
  files.map(async (file) => ({ file, manifest: await readManifestOfFile(file) })),
);

// V8's threads still optimize what all this has run, on the cores that a load is measured on.
await setTimeout(SETTLING_MS);

const took: number[] = [];
for (const { file, manifest } of found) {
  const startMs = performance.now();
  await loadPlugin(
    {
      kind: "chosen",
      name: "loaded",
      file,
      manifest,
      settings: {
        config: {},
        critical: undefined,
        isolation: "shared",
        grants: NO_GRANTS,
        limits: NO_LIMITS,
        position: { file },
        configPositions: new Map(),
      },
    },
    logger,
    shared,
    () => undefined,
  );
  took.push(performance.now() - startMs);
}
process.send?.(took);
process.disconnect?.();
