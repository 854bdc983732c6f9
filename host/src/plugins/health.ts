import type { PluginHealth } from "../contracts/hooks.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
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
    return { ...health, ...(message !== undefined && { message: escapeText(message) }) };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return { status: "unhealthy", message: escapeText(error.message) };
  }
}

const NO_INPUT = { head: "", body: undefined };

function parseHealth(output: Uint8Array): PluginHealth {
  const value = parseJson(output);
  if (isObject(value)) {
    const { status, message, details } = value;
    if (isStatus(status) && (message === undefined || typeof message === "string")) {
      return {
        status,
        ...(message !== undefined && { message }),
        ...(details !== undefined && { details }),
      };
    }
  }
  throw malformed('expected {"status": "healthy" | "degraded" | "unhealthy", "message"?: string}');
}

function isStatus(value: Json | undefined): value is PluginHealth["status"] {
  return STATUSES.has(value);
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(output: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(output));
  } catch (cause) {
    throw malformed("expected JSON in UTF-8", cause);
  }
}

function malformed(expected: string, cause?: unknown): BackworksError {
  return new BackworksError(
    "guest_output_malformed",
    `health_check: ${expected}`,
    cause === undefined ? {} : { cause },
  );
}
