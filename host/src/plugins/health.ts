import type { PluginHealth } from "../contracts/hooks.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { outputMalformed, readJsonObject } from "./json-output.ts";
import type { Redact } from "../sandbox/capabilities/redactor.ts";
import type { LoadedPlugin } from "./load.ts";
import type { PluginState } from "./state.ts";

const STATUSES: ReadonlySet<unknown> = new Set(["healthy", "degraded", "unhealthy"]);

export type HealthAnswer = JsonObject & { readonly status: string };

/** Asks plugins how they are. What `/health` shows is for anybody, what they fail with for the log. */
export class HealthReader {
  readonly #logger: Logger;
  /** What plugins fail with, by name: whoever asks again finds it in the log already. */
  readonly #failing = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  async read(state: PluginState): Promise<HealthAnswer> {
    switch (state.kind) {
      case "disabled":
        return { status: "disabled" };
      case "refused":
        return { status: "refused", critical: state.critical, reason: state.error.code };
      case "loaded": {
        const { manifest, critical } = state.plugin;
        return { version: manifest.version, critical, ...(await this.#ask(state.plugin)) };
      }
    }
  }

  /** A plugin that cannot say how it is counts as unhealthy; the others go on. */
  async #ask({ name, guest, manifest, services }: LoadedPlugin): Promise<HealthAnswer> {
    if (manifest.hooks.health_check === undefined) return { status: "healthy" };
    try {
      const answer = await guest.call("health_check", NO_INPUT, parseHealth);
      this.#noteAnswer(name);
      const { message, ...health } = maskTexts(answer, services.redact);
      return { ...health, ...(message !== undefined && { message: escapeLines(message) }) };
    } catch (error) {
      if (!(error instanceof BackworksError)) throw error;
      this.#noteFailure(name, error);
      return { status: "unhealthy", message: `${hookOf(error)} failed`, reason: error.code };
    }
  }

  #noteFailure(plugin: string, error: BackworksError): void {
    const { code } = rootOf(error);
    const hook = hookOf(error);
    const failure = `${hook} ${code}`;
    if (this.#failing.get(plugin) === failure) return;
    this.#failing.set(plugin, failure);
    const fields = { plugin, hook, code };
    this.#logger.warn(fields, `plugin cannot say how it is: ${escapeLines(error.message)}`);
  }

  #noteAnswer(plugin: string): void {
    if (!this.#failing.delete(plugin)) return;
    this.#logger.info({ plugin, hook: "health_check" }, "plugin says how it is again");
  }
}

/** A new instance that cannot be made fails in another hook than the one that was asked for. */
function hookOf(error: BackworksError): string {
  const { hook } = rootOf(error).details;
  return typeof hook === "string" ? hook : "health_check";
}

/** A guest that is not tried again yet fails with what it failed with. */
function rootOf(error: BackworksError): BackworksError {
  const { code, cause } = error;
  return code === "guest_unavailable" && cause instanceof BackworksError ? cause : error;
}

const NO_INPUT = { head: "", body: undefined };

/** Anybody may ask: messages of errors, with a key in a URL, are for nobody. */
function maskTexts(health: PluginHealth, redact: Redact): PluginHealth {
  const mask = (_: string, value: unknown): unknown =>
    typeof value === "string" ? redact(value) : value;
  return JSON.parse(JSON.stringify(health, mask));
}

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
