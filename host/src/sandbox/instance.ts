import type { Buffer } from "node:buffer";
import type { FrameParts } from "../abi/exchange-frame.ts";
import type { Kernel } from "../abi/kernel.ts";
import { guestFailed, guestStatusInvalid, STATUS_DONE, STATUS_FAILED } from "../abi/status.ts";
import { EXTISM_NAMESPACE, WASI_NAMESPACE } from "../abi/v1.ts";
import { isHookName, type HookName } from "../contracts/hooks.ts";
import { assert } from "../lib/assert.ts";
import type { Clock } from "../lib/clock.ts";
import { BackworksError } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import type { FillRandom } from "../lib/random.ts";
import type { CompiledModule } from "./compile.ts";
import { createExtismFunctions, isGuestFunction, type GuestFunction } from "./extism-functions.ts";
import { GuestLog } from "./guest-log.ts";
import type { GuestLimits } from "./limits.ts";
import { linkModule, type GuestImports } from "./link.ts";
import { linkedExport, linkedNamespace } from "./relink.ts";
import { GuestStop, trapError } from "./trap.ts";
import { Variables } from "./variables.ts";
import { WasiFunctions } from "./wasi-functions.ts";

/** All that an instance is made of; the same for every instance of a guest. */
export interface InstanceSettings {
  readonly name: string;
  readonly module: CompiledModule;
  /** What `initialize` is given. */
  readonly configJson: string;
  /** What `config_get` answers. */
  readonly config: ReadonlyMap<string, string>;
  readonly logger: Logger;
  readonly limits: GuestLimits;
  readonly clock: Clock;
  readonly fillRandom: FillRandom;
}

type Entry = () => unknown;

/** Type and presence were checked at load (abi/check.ts). */
function isEntry(value: unknown): value is Entry {
  return typeof value === "function";
}

/**
 * How a module wants to be started, in the order in which its functions run: a reactor's or a
 * command's constructors, then Haskell's runtime.
 */
const STARTERS = [["_initialize", "_start"], ["hs_init"]] as const;

/** One running module with its kernel. Calls are synchronous: one at a time, none inside another. */
export class Instance {
  readonly #settings: InstanceSettings;
  readonly #kernel: Kernel;
  readonly #variables: Variables;
  readonly #log: GuestLog;
  /** Most modules import none of it. */
  readonly #wasi: WasiFunctions | undefined;
  readonly #hooks = new Map<string, Entry>();
  #isDead = false;

  private constructor(settings: InstanceSettings, kernel: Kernel) {
    const { limits, logger, module } = settings;
    this.#settings = settings;
    this.#kernel = kernel;
    this.#variables = new Variables(limits.variableBytesMax);
    this.#log = new GuestLog(logger, limits);
    const usesWasi = module.imports.some((wanted) => wanted.module === WASI_NAMESPACE);
    this.#wasi = usesWasi ? new WasiFunctions({ ...settings, log: this.#log }) : undefined;
  }

  /**
   * Instantiates, starts and initializes. Throws what a call throws. `kernel` may have served an
   * instance that is dead: a call sees nothing of the ones before.
   */
  static async create(settings: InstanceSettings, kernel: Kernel): Promise<Instance> {
    const instance = new Instance(settings, kernel);
    const { exports } = await instance.#link();
    instance.#wasi?.useMemory(exports["memory"]);
    for (const [name, value] of Object.entries(exports)) {
      if (isHookName(name) && isEntry(value)) instance.#hooks.set(name, value);
    }
    instance.#start(exports);
    if (instance.has("initialize")) {
      instance.call("initialize", { head: settings.configJson, body: undefined }, () => undefined);
    }
    instance.#variables.keep();
    return instance;
  }

  /** After a trap the guest's memory and stack are in no known state: nothing calls it again. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** For the next instance, once this one is dead. */
  get kernel(): Kernel {
    return this.#kernel;
  }

  has(hook: HookName): boolean {
    return this.#hooks.has(hook);
  }

  /**
   * Calls a hook and hands its output to `read`, which copies what it keeps: the bytes are the
   * guest's own and gone with the next call.
   */
  call<T>(hook: HookName, input: FrameParts, read: (output: Buffer) => T): T {
    const { name, limits } = this.#settings;
    const entry = this.#hooks.get(hook);
    assert(entry !== undefined && !this.#isDead, `${name} has no ${hook}, or is dead`);
    if (!this.#kernel.begin(input.head, input.body, limits.inputBytesMax)) {
      throw this.#tooLarge(
        "guest_input_too_large",
        `is given more than ${limits.inputBytesMax} bytes`,
        hook,
      );
    }
    const status = this.#enter(hook, entry);
    if (status === STATUS_FAILED) {
      throw guestFailed(name, hook, this.#kernel.error(limits.errorBytesMax));
    }
    if (status !== STATUS_DONE) throw guestStatusInvalid(name, hook, status);
    const { outputLength } = this.#kernel;
    if (outputLength > limits.outputBytesMax) {
      const what = `returned ${outputLength} bytes, at most ${limits.outputBytesMax} are allowed`;
      throw this.#tooLarge("guest_output_too_large", what, hook);
    }
    return this.#kernel.readOutput(read);
  }

  async #link(): Promise<WebAssembly.Instance> {
    const { module } = this.#settings;
    try {
      return await linkModule(module.module, this.#createImports());
    } catch (thrown) {
      // A start section runs inside of instantiation.
      throw trapError(this.#settings.name, "instantiation", thrown, this.#kernel);
    }
  }

  /** Exactly what the module imports: nothing else is within its reach. */
  #createImports(): GuestImports {
    const { module, config } = this.#settings;
    const state = { kernel: this.#kernel, variables: this.#variables, log: this.#log, config };
    const known: Readonly<Record<string, object>> = {
      [EXTISM_NAMESPACE]: { ...this.#kernel.functions, ...createExtismFunctions(state) },
      [WASI_NAMESPACE]: this.#wasi?.functions ?? {},
    };
    const imports: Record<string, Record<string, GuestFunction>> = Object.create(null);
    for (const { module: namespace, name } of module.imports) {
      const found: unknown = Object.getOwnPropertyDescriptor(known[namespace] ?? {}, name)?.value;
      assert(isGuestFunction(found), `import ${namespace} ${name} is in the table of ABI 1`);
      (imports[linkedNamespace(namespace)] ??= Object.create(null))[name] = found;
    }
    return imports;
  }

  #start(exports: WebAssembly.Exports): void {
    for (const alternatives of STARTERS) {
      const name = alternatives.find((candidate) => linkedExport(candidate) in exports);
      if (name === undefined) continue;
      const entry = exports[linkedExport(name)];
      if (isEntry(entry)) this.#enter(name, entry);
    }
  }

  #enter(name: string, entry: Entry): unknown {
    // One frame names the function that trapped; ten would cost as much as the call in a trap storm.
    const traceLimit = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    try {
      return entry();
    } catch (thrown) {
      // A command says by proc_exit(0) that its start went well.
      if (name === "_start" && thrown instanceof GuestStop && thrown.exitCode === 0)
        return undefined;
      this.#isDead = true;
      throw trapError(this.#settings.name, name, thrown, this.#kernel);
    } finally {
      Error.stackTraceLimit = traceLimit;
      this.#variables.endCall();
      this.#wasi?.endCall();
      this.#log.endCall();
    }
  }

  #tooLarge(
    code: "guest_input_too_large" | "guest_output_too_large",
    what: string,
    hook: HookName,
  ): BackworksError {
    const { name } = this.#settings;
    return new BackworksError(code, `${name}: ${hook} ${what}`, {
      details: { plugin: name, hook },
    });
  }
}
