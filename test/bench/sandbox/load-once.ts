/**
 * Loads plugins as a start does and sends the milliseconds that each took: `FOLDER CACHE FILE...`. A
 * process of its own, since what one load makes V8 learn is what the next one is faster by.
 */
import { parseManifest } from "../../../host/src/config/manifest.ts";
import { NO_GRANTS } from "../../../host/src/contracts/capabilities.ts";
import { NO_LIMITS } from "../../../host/src/contracts/limits.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { createLogger } from "../../../host/src/lib/logger.ts";
import { fillRandom } from "../../../host/src/lib/random.ts";
import { loadPlugin } from "../../../host/src/plugins/load.ts";
import { prepareLinking } from "../../../host/src/sandbox/link.ts";
import { SharedServices } from "../../../host/src/plugins/shared-services.ts";

const [cacheDirectory, ...files] = process.argv.slice(2);
const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
const shared = new SharedServices({
  dataDirectory: ":memory:",
  cacheDirectory,
  clock: systemClock,
  fillRandom,
  findCallee: () => undefined,
});
// Not part of a load: what a start does once, for the first plugin or for none. Discovery has read a
// manifest, which compiles the schema of manifests.
void shared.fuelPerMs;
await prepareLinking();

const manifest = parseManifest(
  { abi: 1, name: "loaded", version: "1.0.0", hooks: { before_request: {} } },
  "plugin.yaml",
);

const took: number[] = [];
for (const file of files) {
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
