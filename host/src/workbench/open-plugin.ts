import type { FrameParts } from "../abi/exchange-frame.ts";
import { KV_DEFAULTS, METRICS_DEFAULTS, NO_GRANTS } from "../contracts/capabilities.ts";
import type { Grants } from "../contracts/capabilities.ts";
import type { HookName } from "../contracts/hooks.ts";
import type { JsonObject } from "../contracts/json.ts";
import { NO_LIMITS } from "../contracts/limits.ts";
import { systemClock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import { createLogger } from "../lib/logger.ts";
import type { LogLevel } from "../lib/logger.ts";
import { fillRandom } from "../lib/random.ts";
import type { CheckedPlugin } from "../plugins/check.ts";
import { resolveRights } from "../plugins/grants.ts";
import { resolveLimits } from "../plugins/limits.ts";
import { fuelPerMs } from "../sandbox/calibrate.ts";
import type { CallRecord } from "../sandbox/call-meter.ts";
import { toBound } from "../sandbox/capabilities/binding.ts";
import { KvStore } from "../sandbox/capabilities/kv/kv-store.ts";
import { createServices, type HostServices } from "../sandbox/capabilities/services.ts";
import { compileModule, type CompiledModule, type CompileOptions } from "../sandbox/compile.ts";
import { createGuest, type Guest } from "../sandbox/guest.ts";
import { limitsOfCall, type GuestLimits } from "../sandbox/limits.ts";
import type { CallWatch } from "../sandbox/profiling/call-watch.ts";
import type { Tape } from "../sandbox/recording/tape.ts";
import { noteCalls, type HostCall } from "./note-calls.ts";

export interface OpenOptions {
  /** Valid; default: empty. */
  readonly config?: JsonObject;
  /** Default: `HARMLESS_GRANTS`. What the manifest does not ask for is never granted. */
  readonly grants?: Grants;
  /** What stands behind the rights, where it is not to be the real thing. */
  readonly host?: Partial<HostServices>;
  /** Instead of what its manifest says, or a host by itself. */
  readonly limits?: Partial<GuestLimits>;
  /** WASI's clock runs during a call; default: when the clock is granted. */
  readonly hasClock?: boolean;
  /** Stands between the plugin and the world. */
  readonly tape?: Tape | undefined;
  /** How its module becomes code; default: as in an application. */
  readonly load?: (bytes: Uint8Array, options: CompileOptions) => Promise<LoadedCode>;
}

export interface LoadedCode {
  readonly module: CompiledModule;
  /** Follows its calls. */
  readonly watch?: CallWatch;
}

/** How a call ended, and what it took. */
export interface CallResult {
  /** Undefined when it failed. */
  readonly output: Uint8Array | undefined;
  readonly error: BackworksError | undefined;
  /** Undefined when the guest did not even start. */
  readonly record: CallRecord | undefined;
  readonly fuelLimit: number;
  /** Of the call; of the first one with those of the start. */
  readonly logs: readonly LogLine[];
  /** What was asked of the host, in its order. */
  readonly calls: readonly HostCall[];
}

export interface LogLine {
  readonly level: LogLevel;
  readonly text: string;
}

/** One plugin in the sandbox, outside of any application. */
export interface OpenPlugin extends Disposable {
  readonly plugin: CheckedPlugin;
  /** Instantiates and initializes, which the first call does otherwise. Throws what goes wrong. */
  readonly start: () => Promise<void>;
  /** What goes wrong in the guest is part of the result; bugs of the host are thrown. */
  readonly call: (
    hook: HookName,
    input: FrameParts,
    options?: { readonly fuel?: number | undefined },
  ) => Promise<CallResult>;
  /** Keeps nothing. */
  readonly close: () => void;
}

/** What stays in this process: it is granted as it is asked for, and nothing else is. */
export const HARMLESS_GRANTS: Grants = {
  ...NO_GRANTS,
  kv: KV_DEFAULTS,
  metrics: METRICS_DEFAULTS,
  clock: true,
  random: true,
};

/** Opens a plugin in the real sandbox: for one call from the command line, for tests, for profiles. */
export function openPlugin(plugin: CheckedPlugin, options: OpenOptions = {}): OpenPlugin {
  const opened = new Workbench(plugin, options);
  const close = (): void => opened.close();
  return {
    plugin,
    start: async () => void (await opened.start()),
    call: async (hook, input, { fuel } = {}) => opened.call(hook, input, fuel),
    close,
    [Symbol.dispose]: close,
  };
}

/** What a plugin may take when no operator says anything. */
export function ownLimits(manifest: CheckedPlugin["manifest"]): GuestLimits {
  return resolveLimits(manifest, NO_LIMITS, fuelPerMs).guest;
}

class Workbench {
  readonly #plugin: CheckedPlugin;
  readonly #options: OpenOptions;
  readonly #limits: GuestLimits;
  readonly #cleanup = new DisposableStack();
  #guest: Guest | undefined;
  #logs: LogLine[] = [];
  #calls: HostCall[] = [];
  #record: CallRecord | undefined;
  #startMs = 0;

  constructor(plugin: CheckedPlugin, options: OpenOptions) {
    this.#plugin = plugin;
    this.#options = options;
    this.#limits = { ...ownLimits(plugin.manifest), ...options.limits };
  }

  async start(): Promise<Guest> {
    this.#guest ??= await this.#createGuest();
    return this.#guest;
  }

  async call(hook: HookName, input: FrameParts, fuel: number | undefined): Promise<CallResult> {
    const own = limitsOfCall(this.#limits, hook, input.body?.length ?? 0);
    // What a caller says is written nowhere.
    const limits = fuel === undefined ? own : { fuel, timeMs: own.timeMs };
    this.#record = undefined;
    let output: Uint8Array | undefined;
    let error: BackworksError | undefined;
    try {
      const guest = await this.start();
      this.#startMs = systemClock.monotonicMs();
      output = await guest.call(hook, input, (lent) => Uint8Array.from(lent), { limits });
    } catch (thrown) {
      if (!(thrown instanceof BackworksError)) throw thrown;
      error = thrown;
    }
    const [logs, calls] = [this.#logs, this.#calls];
    [this.#logs, this.#calls] = [[], []];
    return { output, error, record: this.#record, fuelLimit: limits.fuel, logs, calls };
  }

  close(): void {
    this.#cleanup.dispose();
  }

  async #createGuest(): Promise<Guest> {
    const { manifest, bytes, sha256 } = this.#plugin;
    const { config = {}, grants = HARMLESS_GRANTS, tape, load = loadAsEver } = this.#options;
    const { name, capabilities } = manifest;
    const host = this.#hostServices();
    const rights = resolveRights(name, capabilities, grants);
    const services = this.#cleanup.use(createServices(rights, host));
    const noted = toBound(noteCalls(services, (call) => void this.#calls.push(call)));
    const { memoryPagesMax } = this.#limits;
    const { module, watch } = await load(bytes, { sha256, memoryPagesMax });
    const guest = await createGuest({
      name,
      module,
      watch,
      config,
      limits: this.#limits,
      clock: host.clock,
      wasiClock: tape?.clock(host.clock),
      hasClock: this.#options.hasClock ?? rights.clock,
      fillRandom: tape?.fillRandom(host.fillRandom) ?? host.fillRandom,
      logger: createLogger({
        level: "trace",
        destination: { write: (line) => void this.#logs.push(readLine(line)) },
      }),
      services: tape?.services(noted) ?? noted,
      onCall: (lent) => {
        // The guest's clock may stand still.
        this.#record = { ...lent, durationMs: systemClock.monotonicMs() - this.#startMs };
      },
    });
    this.#cleanup.defer(() => guest.close());
    return guest;
  }

  #hostServices(): HostServices {
    const { host = {} } = this.#options;
    const clock = host.clock ?? systemClock;
    let store: KvStore | undefined;
    return {
      clock,
      fillRandom,
      findCallee: () => undefined,
      store: () => (store ??= this.#cleanup.use(new KvStore({ file: ":memory:", clock }))),
      ...host,
    };
  }
}

async function loadAsEver(bytes: Uint8Array, options: CompileOptions): Promise<LoadedCode> {
  return { module: await compileModule(bytes, options) };
}

function readLine(line: string): LogLine {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our own logger
  const { level, msg } = JSON.parse(line) as { readonly level: LogLevel; readonly msg: string };
  return { level, text: msg };
}
