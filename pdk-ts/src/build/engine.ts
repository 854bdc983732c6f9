import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { BuildError } from "./build-error.ts";

/** Of the engine that `src/engine` makes: the code that every `full` plugin carries. */
export const ENGINE_SHA256 = "bd00e3f05c4474e4b9990d13cbe2c291c1988247b842d2f1ecab2dc58539552e";

/** From `src/build` as from `dist/build`. */
export const ENGINE_FILE: URL = new URL("../../dist/engine/engine.wasm", import.meta.url);

/** The engine, once its hash is checked: a stale or damaged one would make other plugins. */
export async function readEngine(): Promise<Uint8Array<ArrayBuffer>> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = await readFile(ENGINE_FILE);
  } catch (error) {
    throw engineError("is missing", error);
  }
  if (hashOf(bytes) !== ENGINE_SHA256) throw engineError("is not the engine of this version");
  return bytes;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function engineError(what: string, cause?: unknown): BuildError {
  return new BuildError("engine_unusable", `${fileURLToPath(ENGINE_FILE)} ${what}`, {
    notes: ["install @backworks/pdk again, or in its repository: npm run build"],
    cause,
  });
}
