import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { BuildError } from "./build-error.ts";

/** Of the engine that `src/engine` makes: the code that every `full` plugin carries. */
export const ENGINE_SHA256 = "6404ff2172289fb3d37d7a1ed3ba1de1932d2548ffc52a6f8ee44616754bb7dc";

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
