import { mkdir, writeFile } from "node:fs/promises";
import process from "node:process";
import { ENGINE_FILE, ENGINE_SHA256, hashOf, readEngine } from "../src/build/engine.ts";
import { buildEngine } from "../src/engine/build-engine.ts";

/** `npm run build`: makes dist/engine/engine.wasm unless the right one is already there. */
async function main(): Promise<void> {
  if (await isThere()) return;
  const engine = await buildEngine();
  const hash = hashOf(engine);
  if (hash !== ENGINE_SHA256) {
    process.stderr.write(
      `the engine has sha256 ${hash}, expected ${ENGINE_SHA256}\n` +
        "if its sources were changed on purpose, set ENGINE_SHA256 in src/build/engine.ts\n",
    );
    process.exitCode = 1;
    return;
  }
  await mkdir(new URL(".", ENGINE_FILE), { recursive: true });
  await writeFile(ENGINE_FILE, engine);
}

async function isThere(): Promise<boolean> {
  try {
    await readEngine();
    return true;
  } catch {
    return false;
  }
}

await main();
