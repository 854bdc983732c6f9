import type { ProfiledModule } from "../../wasm/profile/profile-module.ts";
import type { CallWatch, WatchedGuest } from "./call-watch.ts";
import { CallTree, NO_FRAME, type CallNode } from "./call-tree.ts";
import { FrameTable, type Frame } from "./frames.ts";
import { QuickJsFunctions, type ScriptCallee } from "./quickjs-functions.ts";
import { connectWatcher } from "./watch-helper.ts";

/** Where the fuel of some calls went. */
export interface FuelProfile {
  /** Of all calls: the sum of what every function took itself. */
  readonly fuel: number;
  /** By the number that the calls name them with. */
  readonly frames: readonly Frame[];
  /** What was called from outside. */
  readonly calls: readonly CallNode[];
}

export interface ProfilerOptions {
  /** Functions of an engine that runs the author's functions are shown, too. */
  readonly showEngine: boolean;
}

/** Adds up where fuel goes in one guest whose module `profileModule` has made. */
export class FuelProfiler implements CallWatch {
  readonly #module: ProfiledModule;
  readonly #options: ProfilerOptions;
  readonly #frames: FrameTable;
  #tree = new CallTree();
  #fuel = 0;
  #guest: WatchedGuest | undefined;
  #interpreted: QuickJsFunctions | undefined;
  /** What the tank held, less what the kernel took, when somebody was charged last. */
  #left = 0;
  #isRunning = false;
  /** A function of the engine's has been read from its memory. */
  #isRead = false;

  constructor(module: ProfiledModule, options: ProfilerOptions) {
    this.#module = module;
    this.#options = options;
    this.#frames = new FrameTable(module);
  }

  attach(guest: WatchedGuest): void {
    this.#guest = guest;
    const { memory } = guest;
    const hasInterpreter = this.#module.interpreter !== undefined && memory !== undefined;
    this.#interpreted = hasInterpreter ? new QuickJsFunctions(memory) : undefined;
    connectWatcher(guest.exports, {
      enter: (functionIndex, context, address, tag) =>
        this.#enter(functionIndex, { context, address, tag }),
      leave: () => this.#leave(),
    });
  }

  begin(prepaid: number): void {
    this.#isRunning = true;
    this.#left = this.#measure() + prepaid;
  }

  end(): void {
    this.#charge();
    this.#tree.unwind();
    this.#isRunning = false;
  }

  enterHost(name: string): void {
    if (!this.#isRunning) return;
    this.#charge();
    this.#tree.enter(this.#frames.host(name));
  }

  leaveHost(): void {
    this.#leave();
  }

  pause(): void {
    this.#charge();
  }

  resume(): void {
    this.#left = this.#measure();
  }

  stop(): void {
    this.#charge();
    this.#isRunning = false;
  }

  /** Forgets what was called so far. */
  clear(): void {
    this.#tree = new CallTree();
    this.#fuel = 0;
  }

  get profile(): FuelProfile {
    const { frames } = this.#frames;
    const { calls, unassigned } = this.#tree;
    // What the host took in an entry's place, such as clearing memory, before it was called.
    const rest = { frame: NO_FRAME, self: unassigned, calls: 0, children: [] };
    return { fuel: this.#fuel, frames, calls: unassigned === 0 ? calls : [...calls, rest] };
  }

  #enter(functionIndex: number, callee: ScriptCallee): void {
    if (!this.#isRunning) return;
    this.#charge();
    const frame = this.#frameOf(functionIndex, callee);
    if (frame === undefined) this.#tree.enterSame();
    else this.#tree.enter(frame);
    this.#tree.takeOver(this.#module.functions.get(functionIndex)?.prepaid ?? 0);
  }

  #leave(): void {
    if (!this.#isRunning) return;
    this.#charge();
    this.#tree.leave();
  }

  /** Undefined for what is a part of its caller. */
  #frameOf(functionIndex: number, callee: ScriptCallee): number | undefined {
    const interpreted = this.#interpreted;
    if (interpreted === undefined) return this.#frames.wasm(functionIndex);
    if (functionIndex === this.#module.interpreter) {
      const called = interpreted.read(callee);
      if (called !== undefined) {
        this.#isRead = true;
        return this.#frames.script(called);
      }
      // Not the engine that is known here: its own functions are all there is to show.
      if (!this.#isRead) this.#interpreted = undefined;
    }
    const isRoot = this.#tree.depth === 0;
    return isRoot || this.#options.showEngine ? this.#frames.wasm(functionIndex) : undefined;
  }

  /** Charges what runs now with what was spent since the last time. */
  #charge(): void {
    if (!this.#isRunning) return;
    const left = this.#measure();
    const spent = this.#left - left;
    this.#left = left;
    if (spent === 0) return;
    this.#fuel += spent;
    this.#tree.spend(spent);
  }

  #measure(): number {
    const { tank, kernel } = this.#guest ?? {};
    return (tank?.left ?? 0) - (kernel?.usedFuel ?? 0);
  }
}
