import { Kernel } from "../../../host/src/abi/kernel.ts";
import { NO_RIGHTS } from "../../../host/src/contracts/capabilities.ts";
import type { Rights } from "../../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { fillRandom } from "../../../host/src/lib/random.ts";
import { bindServices } from "../../../host/src/sandbox/capabilities/binding.ts";
import type { ServiceBinding } from "../../../host/src/sandbox/capabilities/binding.ts";
import { KvStore } from "../../../host/src/sandbox/capabilities/kv/kv-store.ts";
import { createServices } from "../../../host/src/sandbox/capabilities/services.ts";
import type { HostServices } from "../../../host/src/sandbox/capabilities/services.ts";

const HOST: HostServices = {
  store: () => new KvStore({ file: ":memory:", clock: systemClock }),
  clock: systemClock,
  fillRandom,
  findCallee: () => undefined,
};

type Argument = string | Uint8Array | bigint;

/** Calls functions as a guest does: texts and bytes become blocks, an answer above 0 is read back. */
export class Caller {
  readonly kernel: Kernel = new Kernel();
  readonly #binding: ServiceBinding;

  constructor(rights: Partial<Rights>, host: Partial<HostServices> = {}) {
    const services = createServices({ ...NO_RIGHTS, ...rights }, { ...HOST, ...host });
    this.#binding = bindServices(this.kernel, services);
    this.begin();
  }

  /** The call of the plugin is over. */
  end(): void {
    this.#binding.end();
  }

  /** Another call of the plugin begins. */
  begin(): void {
    this.end();
    this.kernel.begin("", undefined, 0);
    this.#binding.begin({ chain: ["weather"], signal: undefined });
  }

  /** The number that the guest gets. */
  raw(name: string, ...input: Argument[]): unknown {
    const blocks = input.map((each) =>
      typeof each === "bigint" ? each : this.kernel.store(Buffer.from(each)),
    );
    const { functions } = this.#binding;
    const known = { ...functions["extism:host/env"], ...functions["extism:host/user"] };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its parameters are i64
    const called = known[name] as ((...parameters: bigint[]) => unknown) | undefined;
    if (called === undefined) throw new Error(`there is no function ${name}`);
    return called(...blocks);
  }

  call(name: string, ...input: Argument[]): unknown {
    const answer = this.raw(name, ...input);
    return answer instanceof Promise ? answer.then((each) => this.#read(each)) : this.#read(answer);
  }

  /** The sentence for the last fault. */
  error(): unknown {
    return this.call("bw_error");
  }

  #read(answer: unknown): unknown {
    if (typeof answer !== "bigint" || answer <= 0n) return answer;
    return this.kernel.readText(answer, 1e6) ?? "";
  }
}
