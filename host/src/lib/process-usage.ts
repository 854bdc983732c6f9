import { monitorEventLoopDelay } from "node:perf_hooks";

/** What this process uses. */
export interface ProcessUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly heapUsedBytes: number;
  /** Outside of the heap: buffers and the memories of guests. */
  readonly externalBytes: number;
  /** Unix time. */
  readonly startSeconds: number;
  /** Of the event loop since the last reading. */
  readonly lagP99Seconds: number;
  readonly lagMaxSeconds: number;
}

/** Coarse enough to cost nothing. */
const RESOLUTION_MS = 10;

/** Watches the process until it is disposed of. */
export class ProcessMonitor implements Disposable {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #startSeconds = performance.timeOrigin / 1000;

  constructor() {
    this.#delay.enable();
  }

  read(): ProcessUsage {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, external } = process.memoryUsage();
    const lagP99Seconds = this.#lag(this.#delay.percentile(99));
    const lagMaxSeconds = this.#lag(this.#delay.max);
    this.#delay.reset();
    return {
      cpuSeconds: (user + system) / 1e6,
      residentBytes: rss,
      heapUsedBytes: heapUsed,
      externalBytes: external,
      startSeconds: this.#startSeconds,
      lagP99Seconds,
      lagMaxSeconds,
    };
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
  }

  /** The histogram holds what passed between two looks, which are `RESOLUTION_MS` apart at best. */
  #lag(nanoseconds: number): number {
    return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS) / 1000;
  }
}
