import type { FrameParts } from "../abi/exchange-frame.ts";
import { KV_DEFAULTS, METRICS_DEFAULTS, NO_GRANTS } from "../contracts/capabilities.ts";
import type { Grants } from "../contracts/capabilities.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { NO_LIMITS } from "../contracts/limits.ts";
import { systemClock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { createLogger } from "../lib/logger.ts";
import { fillRandom } from "../lib/random.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { resolveLimits } from "../plugins/limits.ts";
import { SharedServices } from "../plugins/shared-services.ts";
import type { CallRecord } from "../sandbox/call-meter.ts";
import { compileModule } from "../sandbox/compile.ts";
import { createGuest } from "../sandbox/guest.ts";

/** One call of one hook. */
export interface PluginCall {
  readonly plugin: CheckedPlugin;
  readonly hook: HookName;
  readonly input: FrameParts;
  readonly config: JsonObject;
  /** Of this call, instead of what the plugin would be given. */
  readonly fuel: number | undefined;
}

/** How it ended, and what it took. */
export interface CallResult {
  /** Undefined when it failed. */
  readonly output: Uint8Array | undefined;
  readonly error: BackworksError | undefined;
  /** Undefined when the guest did not even start. */
  readonly record: CallRecord | undefined;
  readonly fuelLimit: number;
  readonly logs: readonly LogLine[];
}

export interface LogLine {
  readonly level: string;
  readonly text: string;
}

/** What is asked for and stays in this process; nothing else is granted. */
export const CALL_GRANTS: Grants = {
  ...NO_GRANTS,
  kv: KV_DEFAULTS,
  metrics: METRICS_DEFAULTS,
  clock: true,
  random: true,
};

/** Starts a plugin in the sandbox, calls one of its hooks and ends it. Nothing is kept. */
export async function callPlugin(call: PluginCall): Promise<CallResult> {
  const { plugin, hook, input, config } = call;
  const { manifest, bytes, sha256 } = plugin;
  const { name, capabilities } = manifest;
  const logs: LogLine[] = [];
  const logger = createLogger({
    level: "trace",
    destination: { write: (line) => void logs.push(readLine(line)) },
  });
  using shared = new SharedServices({
    dataDirectory: ":memory:",
    clock: systemClock,
    fillRandom,
    findCallee: () => undefined,
  });
  using services = shared.create(name, capabilities, CALL_GRANTS);
  const { guest: guestLimits } = resolveLimits(manifest, NO_LIMITS, shared.fuelPerMs);
  const own = guestLimits.hooks[hook] ?? guestLimits.call;
  const limits = { ...own, fuel: call.fuel ?? own.fuel };
  const facts = { fuelLimit: limits.fuel, logs };
  let record: CallRecord | undefined;
  const onCall = (lent: CallRecord): void => {
    record = { ...lent };
  };
  try {
    const { memoryPagesMax } = guestLimits;
    const module = await compileModule(bytes, { sha256, memoryPagesMax });
    const start = { name, module, config, logger, services, onCall, limits: guestLimits };
    const guest = await createGuest(start);
    const output = await guest.call(hook, input, (lent) => Uint8Array.from(lent), { limits });
    guest.close();
    return { output, error: undefined, record, ...facts };
  } catch (error) {
    if (!(error instanceof BackworksError)) throw error;
    return { output: undefined, error, record, ...facts };
  }
}

function readLine(line: string): LogLine {
  const { level, msg }: Readonly<Record<string, unknown>> = JSON.parse(line);
  return { level: String(level), text: String(msg) };
}
