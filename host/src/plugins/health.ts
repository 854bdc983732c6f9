import type { PluginHealth } from "../contracts/hooks.ts";
import type { Json, JsonObject } from "../contracts/json.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { outputMalformed, readJsonObject } from "./json-output.ts";
import type { Redact } from "../sandbox/capabilities/redactor.ts";
import type { LoadedPlugin } from "./load.ts";
import type { PluginState } from "./state.ts";

const STATUSES: ReadonlySet<unknown> = new Set(["healthy", "degraded", "unhealthy"]);

const DOWN = { status: "unhealthy", message: "it does not run, and is tried again later" } as const;

/** A plugin that prints a counter fails with something else each time, and anybody may ask. */
const TEXT_EVERY_MS = 10_000;

/** What stands in the log of a plugin that fails. */
interface Failing {
  readonly hook: string | undefined;
  readonly code: string;
  readonly message: string;
  readonly notedMs: number;
}

interface Failed {
  readonly hook: string | undefined;
  readonly what: string;
}

export type HealthAnswer = JsonObject & { readonly status: string };

/** Asks plugins how they are. What `/health` shows is for anybody, what they fail with for the log. */
export class HealthReader {
  readonly #clock: Clock;
  readonly #logger: Logger;
  /** What plugins fail with, by name: whoever asks again finds it in the log already. */
  readonly #failing = new Map<string, Failing>();
  /** Those whose calls fail without reaching them. */
  readonly #down = new Set<string>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
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

  /** Whether calls fail without reaching it. */
  isDown(plugin: LoadedPlugin): boolean {
    return this.#outageOf(plugin) !== undefined;
  }

  /** A plugin that cannot say how it is counts as unhealthy; the others go on. */
  async #ask(plugin: LoadedPlugin): Promise<HealthAnswer> {
    const { name, guest, manifest, services } = plugin;
    const outage = this.#outageOf(plugin);
    if (outage !== undefined) return { ...DOWN, reason: outage.code };
    if (manifest.hooks.health_check === undefined) return { status: "healthy" };
    try {
      const answer = await guest.call("health_check", NO_INPUT, parseHealth);
      this.#noteAnswer(name);
      const { message, ...health } = maskTexts(answer, services.redact);
      return { ...health, ...(message !== undefined && { message: escapeLines(message) }) };
    } catch (error) {
      if (!(error instanceof BackworksError)) throw error;
      const hook = hookOf(error) ?? "health_check";
      this.#noteFailure(name, error, { hook, what: "cannot say how it is" });
      return { status: "unhealthy", message: `${hook} failed`, reason: error.code };
    }
  }

  #outageOf({ name: plugin, guest }: LoadedPlugin): BackworksError | undefined {
    const outage = guest.outage();
    if (outage !== undefined) {
      this.#down.add(plugin);
      this.#noteFailure(plugin, outage, { hook: hookOf(outage), what: "does not run" });
    } else if (this.#down.delete(plugin)) {
      this.#failing.delete(plugin);
      this.#logger.info({ plugin }, "plugin runs again");
    }
    return outage;
  }

  #noteFailure(plugin: string, error: BackworksError, { hook, what }: Failed): void {
    const { code, message } = rootOf(error);
    const failing = { hook, code, message, notedMs: this.#clock.monotonicMs() };
    const before = this.#failing.get(plugin);
    if (before !== undefined && isNoted(failing, before)) return;
    this.#failing.set(plugin, failing);
    const fields = { plugin, ...(hook !== undefined && { hook }), code };
    this.#logger.warn(fields, `plugin ${what}: ${escapeLines(error.message)}`);
  }

  #noteAnswer(plugin: string): void {
    if (!this.#failing.delete(plugin)) return;
    this.#logger.info({ plugin, hook: "health_check" }, "plugin says how it is again");
  }
}

function isNoted(failing: Failing, before: Failing): boolean {
  if (failing.hook !== before.hook || failing.code !== before.code) return false;
  return failing.message === before.message || failing.notedMs - before.notedMs < TEXT_EVERY_MS;
}

/** A new instance that cannot be made fails in another hook than the one that was asked for. */
function hookOf(error: BackworksError): string | undefined {
  const { hook } = rootOf(error).details;
  return typeof hook === "string" ? hook : undefined;
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
