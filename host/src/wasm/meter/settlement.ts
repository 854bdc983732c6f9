import type { Accounting } from "./accounting.ts";
import { EVENT, FLAG, INDIRECT, type Events } from "./events.ts";
import { ArmFolder } from "./fold.ts";
import type { ScannedFunction } from "./scanner.ts";

/** How deep callees are settled before their callers; beyond it the caller goes first. */
const CALL_DEPTH_MAX = 100;

const UNTOUCHED = 0;
const BUSY = 1;
const SETTLED = 2;

export interface ScannedModule {
  readonly functions: readonly ScannedFunction[];
  readonly events: Events;
  readonly importedFunctions: number;
  /** Functions that may be called without being named. */
  readonly referenced: ReadonlySet<number>;
}

/**
 * Agrees between callers and callees who pays for what. A caller pays in advance a fixed sum for
 * each function it names. If that covers all that the callee can cost, the callee carries no
 * charges and is *closed*: calling it is like running a few more instructions.
 */
export class Settlement {
  readonly #module: ScannedModule;
  readonly #accounting: Accounting;
  readonly #folder: ArmFolder;
  readonly #states: Uint8Array;
  /** The price is known to a caller already: the function is part of a cycle. */
  readonly #fixed: Uint8Array;
  readonly #closed: Uint8Array;
  readonly #prices: Int32Array;

  constructor(module: ScannedModule, accounting: Accounting) {
    const count = module.functions.length;
    this.#module = module;
    this.#accounting = accounting;
    this.#folder = new ArmFolder(module.events, accounting);
    this.#states = new Uint8Array(count);
    this.#fixed = new Uint8Array(count);
    this.#closed = new Uint8Array(count);
    this.#prices = new Int32Array(count);
    for (let own = 0; own < count; own++) this.#settle(own, 0);
  }

  /** What a caller pays for a function, which counts from the first that is not imported. */
  priceOf(own: number): number {
    return this.#prices[own] ?? 0;
  }

  isClosed(own: number): boolean {
    return this.#closed[own] === 1;
  }

  #settle(own: number, depth: number): void {
    const scanned = this.#module.functions[own];
    if (scanned === undefined || this.#states[own] !== UNTOUCHED) return;
    this.#states[own] = BUSY;
    const { events } = this.#module;
    const { firstEvent: entry, endEvent } = scanned;
    let isOpen = false;
    for (let event = entry; event < endEvent; event++) {
      if (events.kind(event) !== EVENT.call) continue;
      isOpen = this.#settleCall(event, depth) || isOpen;
    }
    const isFixed = this.#fixed[own] === 1;
    this.#folder.fold(entry, endEvent, (arm) => {
      return !events.has(arm, FLAG.open) && !(isFixed && events.link(arm) === entry);
    });
    if (!isFixed) this.#prices[own] = this.#choosePrice(own, entry);
    events.setValue(entry, events.value(entry) - this.priceOf(own));
    this.#closed[own] = isFixed || isOpen || this.#hasCharges(entry, endEvent) ? 0 : 1;
    this.#states[own] = SETTLED;
  }

  /** Adds the callee's price to the segment of the call; says whether the callee is open. */
  #settleCall(call: number, depth: number): boolean {
    const { events, importedFunctions } = this.#module;
    const callee = events.value(call);
    const segment = events.link(call);
    const own = callee - importedFunctions;
    let isOpen = true;
    if (callee === INDIRECT) events.addValue(segment, this.#accounting.indirectCredit);
    else if (own >= 0) {
      if (depth < CALL_DEPTH_MAX) this.#settle(own, depth + 1);
      if (this.#states[own] !== SETTLED) this.#fix(own);
      events.addValue(segment, this.priceOf(own));
      isOpen = !this.isClosed(own);
    }
    if (isOpen) {
      events.mark(call, FLAG.open);
      events.mark(segment, FLAG.open);
    }
    return isOpen;
  }

  /**
   * Names a price before all is known about a function. One function of every cycle is fixed: what
   * it does before going round again is charged, and so checked, by itself.
   */
  #fix(own: number): void {
    const scanned = this.#module.functions[own];
    if (scanned === undefined || this.#fixed[own] === 1) return;
    this.#fixed[own] = 1;
    const { events } = this.#module;
    const { firstEvent: entry, endEvent } = scanned;
    this.#folder.fold(entry, endEvent, (arm) => !events.has(arm, FLAG.calls));
    this.#prices[own] = events.has(entry, FLAG.calls) ? 0 : this.#choosePrice(own, entry);
  }

  /**
   * The price is what the entry costs, if that is little enough to be charged by others. Callers
   * that do not name the function pay the same for all.
   */
  #choosePrice(own: number, entry: number): number {
    const { events, importedFunctions, referenced } = this.#module;
    const cost = events.value(entry);
    const { indirectCredit, prepaidMax } = this.#accounting;
    if (referenced.has(own + importedFunctions)) return Math.min(cost, indirectCredit);
    return cost > prepaidMax ? 0 : cost;
  }

  #hasCharges(first: number, end: number): boolean {
    const { events } = this.#module;
    for (let event = first; event < end; event++) {
      const kind = events.kind(event);
      if (kind === EVENT.header || kind === EVENT.bulk) return true;
      if (events.isSegment(event) && events.value(event) > 0) return true;
    }
    return false;
  }
}
