import type { PluginHealth } from "../contracts/hooks.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import { outputMalformed, readJsonObject } from "./json-output.ts";
import type { LoadedPlugin } from "./load.ts";
import type { PluginState } from "./state.ts";

const STATUSES: ReadonlySet<unknown> = new Set(["healthy", "degraded", "unhealthy"]);

export type HealthAnswer = JsonObject & { readonly status: string };

/** How one plugin is, as `/health` shows it. */
export async function readHealth(state: PluginState): Promise<HealthAnswer> {
  switch (state.kind) {
    case "disabled":
      return { status: "disabled" };
    case "refused":
      return { status: "refused", critical: state.critical, reason: state.error.code };
    case "loaded": {
      const { manifest, critical } = state.plugin;
      return { version: manifest.version, critical, ...(await askGuest(state.plugin)) };
    }
  }
}

/** A plugin that cannot say how it is counts as unhealthy; the others go on. */
async function askGuest({ guest, manifest }: LoadedPlugin): Promise<HealthAnswer> {
  if (manifest.hooks.health_check === undefined) return { status: "healthy" };
  try {
    const { message, ...health } = await guest.call("health_check", NO_INPUT, parseHealth);
    return { ...health, ...(message !== undefined && { message: escapeLines(message) }) };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return { status: "unhealthy", message: escapeLines(error.message) };
  }
}

const NO_INPUT = { head: "", body: undefined };

/** Reads what `health_check` answers. Throws `guest_output_malformed`. */
export function parseHealth(output: Uint8Array): PluginHealth {
  const { status, message, details } = readJsonObject("health_check", output, EXPECTED);
  if (isStatus(status) && (message === undefined || typeof message === "string")) {
    return {
      status,
      ...(message !== undefined && { message }),
      ...(details !== undefined && { details }),
    };
  }
  throw outputMalformed("health_check", EXPECTED);
}

const EXPECTED = 'expected {"status": "healthy" | "degraded" | "unhealthy", "message"?: string}';

function isStatus(value: Json | undefined): value is PluginHealth["status"] {
  return STATUSES.has(value);
}
