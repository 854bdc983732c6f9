import { isUtf8 } from "node:buffer";
import { JSON_DEPTH_MAX, nestsTooDeep } from "../abi/json-line.ts";
import type { HookName } from "../contracts/hooks.ts";
import { isJsonObject } from "../contracts/json.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";

/** Reads a hook's answer that is one JSON object. Throws `guest_output_malformed`. */
export function readJsonObject(hook: HookName, output: Uint8Array, expected: string): JsonObject {
  if (!isUtf8(output)) throw outputMalformed(hook, "expected JSON in UTF-8");
  const text = new TextDecoder().decode(output);
  // It may be shown to people: whoever reads it walks it.
  if (nestsTooDeep(text)) {
    throw outputMalformed(hook, `expected at most ${JSON_DEPTH_MAX} levels of JSON`);
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw outputMalformed(hook, "expected JSON in UTF-8", cause);
  }
  if (isJsonObject(value)) return value;
  throw outputMalformed(hook, expected);
}

export function outputMalformed(hook: HookName, expected: string, cause?: unknown): BackworksError {
  return new BackworksError("guest_output_malformed", `${hook}: ${expected}`, {
    details: { hook },
    ...(cause !== undefined && { cause }),
  });
}
