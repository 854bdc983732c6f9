import { join } from "node:path";
import type { CapabilitiesAsked, Grants } from "../contracts/capabilities.ts";
import type { Clock } from "../lib/clock.ts";
import type { FillRandom } from "../lib/random.ts";
import { fuelPerMs } from "../sandbox/calibrate.ts";
import type { PublishEvent } from "../sandbox/capabilities/events.ts";
import type { FindCallee } from "../sandbox/capabilities/plugin-calls.ts";
import { KvStore } from "../sandbox/capabilities/kv/kv-store.ts";
import { createServices, type PluginServices } from "../sandbox/capabilities/services.ts";
import { ModuleCache } from "../sandbox/module-cache.ts";
import { resolveRights } from "./grants.ts";
import type { FuelPerMs } from "./limit-layers.ts";

const STORE_FILE = "kv.sqlite";
const IN_MEMORY = ":memory:";

export interface SharedServicesOptions {
  /** `data_dir`: absolute, or `:memory:`. */
  readonly dataDirectory: string;
  readonly clock: Clock;
  readonly fillRandom: FillRandom;
  readonly findCallee: FindCallee;
  /** Default: nobody can receive events. */
  readonly publish?: PublishEvent;
  /** Absolute; undefined: what was metered is not kept for the next start. */
  readonly cacheDirectory?: string | undefined;
}

/** What all plugins of one application share behind their rights. */
export class SharedServices implements Disposable {
  readonly #options: SharedServicesOptions;
  /** Metered modules on disk. */
  readonly modules: ModuleCache | undefined;
  #store: KvStore | undefined;
  /** Units of fuel in a millisecond of this machine. */
  readonly fuelPerMs: FuelPerMs = fuelPerMs;

  constructor(options: SharedServicesOptions) {
    this.#options = options;
    const { cacheDirectory } = options;
    this.modules = cacheDirectory === undefined ? undefined : new ModuleCache(cacheDirectory);
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Makes what a plugin has a right to. Throws `kv_unavailable` or `kv_damaged`. */
  create(plugin: string, asked: CapabilitiesAsked, grants: Grants): PluginServices {
    return createServices(resolveRights(plugin, asked, grants), {
      ...this.#options,
      store: () => (this.#store ??= this.#openStore()),
    });
  }

  /** After the plugins are closed. */
  [Symbol.dispose](): void {
    this.#store?.[Symbol.dispose]();
  }

  /** No file is made, and none has to be writable, before a plugin keeps something. */
  #openStore(): KvStore {
    const { dataDirectory, clock } = this.#options;
    const file = dataDirectory === IN_MEMORY ? IN_MEMORY : join(dataDirectory, STORE_FILE);
    return new KvStore({ file, clock });
  }
}
