import { BackworksError } from "../lib/errors.ts";

export interface PoolLimits {
  readonly instancesMax: number;
  readonly waitersMax: number;
}

/**
 * Lends instances to one call each. They are made when a call needs one and none is free, so that a
 * guest that traps costs nothing until it is called again.
 */
export class Pool<T> {
  readonly #name: string;
  readonly #create: () => Promise<T>;
  readonly #limits: PoolLimits;
  readonly #idle: T[] = [];
  readonly #waiters: PromiseWithResolvers<T>[] = [];
  /** Idle, lent and being made. */
  #live = 0;

  constructor(name: string, create: () => Promise<T>, limits: PoolLimits) {
    this.#name = name;
    this.#create = create;
    this.#limits = limits;
  }

  /** At once when one is free, which with synchronous calls is nearly always. */
  acquire(): T | Promise<T> {
    const idle = this.#idle.pop();
    if (idle !== undefined) return idle;
    if (this.#live < this.#limits.instancesMax) return this.#add();
    if (this.#waiters.length >= this.#limits.waitersMax) {
      const { waitersMax } = this.#limits;
      throw new BackworksError(
        "guest_busy",
        `${this.#name}: ${waitersMax} calls wait for an instance already`,
        { details: { plugin: this.#name, waitersMax } },
      );
    }
    const waiter = Promise.withResolvers<T>();
    this.#waiters.push(waiter);
    return waiter.promise;
  }

  release(instance: T): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) this.#idle.push(instance);
    else waiter.resolve(instance);
  }

  /** Instead of `release`: the instance is not used again. */
  discard(): void {
    this.#live--;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) this.#add().then(waiter.resolve, waiter.reject);
  }

  async #add(): Promise<T> {
    this.#live++;
    try {
      return await this.#create();
    } catch (error) {
      this.discard();
      throw error;
    }
  }
}
