import { printMessage } from "../abi/message-frame.ts";
import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { callFields, type EventNames, type RequestNames } from "../sandbox/call-names.ts";
import type { LoadedPlugin } from "./load.ts";

/** For each receiver: one that is slower than events come would keep all of them. */
export const EVENTS_MAX = 1000;
export const EVENT_BYTES_MAX: number = 8 * 1024 * 1024;

export interface QueuedEvent extends EventNames {
  readonly payload: Uint8Array;
  /** 1 for an event that no other one led to. */
  readonly depth: number;
  /** Which led to it, if one did. */
  readonly request: RequestNames | undefined;
}

export interface EventQueueOptions {
  /** A plugin that was refused meanwhile gets nothing any more. */
  readonly isThere: () => boolean;
  /** Names the plugin and the hook. */
  readonly logger: Logger;
  readonly dropped: () => void;
}

/** What waits for one receiver: one event after another, one a turn of the event loop. */
export class EventQueue {
  readonly #plugin: LoadedPlugin;
  readonly #options: EventQueueOptions;
  readonly #waiting: QueuedEvent[] = [];
  #bytes = 0;
  #current: QueuedEvent | undefined;
  #state: "waiting" | "open" | "closed" = "waiting";
  #isScheduled = false;
  #isDropping = false;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(plugin: LoadedPlugin, options: EventQueueOptions) {
    this.#plugin = plugin;
    this.#options = options;
  }

  /** Of the event that the plugin is busy with; 0 for none. */
  get depth(): number {
    return this.#current?.depth ?? 0;
  }

  open(): void {
    this.#state = "open";
    this.#schedule();
  }

  /** False when there is no room for it; the others get it all the same. */
  offer(event: QueuedEvent): boolean {
    const isFull =
      this.#waiting.length >= EVENTS_MAX || this.#bytes + event.payload.length > EVENT_BYTES_MAX;
    if (isFull || this.#state === "closed") {
      this.#drop(event);
      return false;
    }
    this.#waiting.push(event);
    this.#bytes += event.payload.length;
    this.#schedule();
    return true;
  }

  /** Resolves when nothing waits and nothing runs. */
  async drain(): Promise<void> {
    if (this.#isIdle) return;
    this.#idle ??= Promise.withResolvers<void>();
    await this.#idle.promise;
  }

  close(): void {
    this.#state = "closed";
    for (const event of this.#waiting.splice(0)) this.#drop(event);
  }

  get #isIdle(): boolean {
    return this.#waiting.length === 0 && this.#current === undefined;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#state !== "open" || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    setImmediate(() => void this.#deliver());
  }

  async #deliver(): Promise<void> {
    const event = this.#waiting.shift();
    if (event !== undefined) {
      this.#bytes -= event.payload.length;
      this.#current = event;
      await this.#call(event);
      this.#current = undefined;
    }
    this.#isScheduled = false;
    this.#schedule();
    if (!this.#isIdle) return;
    this.#isDropping = false;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  async #call(event: QueuedEvent): Promise<void> {
    const { topic, publisher, id, payload, request } = event;
    if (!this.#options.isThere()) return;
    const facts = Object.entries({ topic, publisher, id }).map(
      ([key, value]) => [key, JSON.stringify(value)] as const,
    );
    try {
      const frame = printMessage(facts, payload);
      await this.#plugin.guest.call("on_event", frame, () => undefined, { request, event });
    } catch (error) {
      const { logger } = this.#options;
      const fields = callFields({ chain: [], request, event });
      if (error instanceof BackworksError) {
        logger.warn({ ...fields, code: error.code }, `event failed: ${escapeLines(error.message)}`);
        return;
      }
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error({ ...fields, stack }, `internal error: ${escapeLines(messageOf(error))}`);
    }
  }

  #drop({ topic, publisher }: QueuedEvent): void {
    const { logger, dropped } = this.#options;
    dropped();
    // Once a row: whoever publishes too much would fill the log as well.
    if (!this.#isDropping) logger.warn({ topic, publisher }, "events are dropped: too many wait");
    this.#isDropping = true;
  }
}
