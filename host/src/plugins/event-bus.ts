import type { Ids } from "../lib/ids.ts";
import type { Logger } from "../lib/logger.ts";
import { CapabilityError } from "../sandbox/capabilities/capability-error.ts";
import type { PublishedEvent } from "../sandbox/capabilities/events.ts";
import { EventQueue, type QueuedEvent } from "./event-queue.ts";
import type { LoadedPlugin } from "./load.ts";

/** Events that answer events that answer events: beyond this, plugins keep each other busy for ever. */
const DEPTH_MAX = 8;

export interface EventBusOptions {
  /** The plugins that there are now. */
  readonly plugins: () => readonly LoadedPlugin[];
  readonly ids: Ids;
  readonly logger: Logger;
  /** Told of an event that a plugin will not get. */
  readonly countDropped: (plugin: string) => void;
}

/**
 * Brings what plugins publish to the `on_event` of those that receive the topic: in memory, in order
 * for each receiver, at most once. Delivery begins in a later turn of the event loop, whatever becomes
 * of the call that published; a receiver that fails has had its chance. What does not fit into a
 * receiver's queue is dropped for that receiver alone, and the publisher is told.
 */
export class EventBus {
  readonly #options: EventBusOptions;
  readonly #queues = new Map<LoadedPlugin, EventQueue>();
  #state: "waiting" | "open" | "closed" = "waiting";

  constructor(options: EventBusOptions) {
    this.#options = options;
  }

  /** Plugins are started: what was published so far is delivered now. */
  open(): void {
    this.#state = "open";
    for (const queue of this.#queues.values()) queue.open();
  }

  /** Throws a `CapabilityError`. */
  publish({ topic, payload, origin }: PublishedEvent): void {
    if (this.#state === "closed") {
      throw new CapabilityError("unavailable", "the application stops: nobody receives events");
    }
    const { chain, request } = origin;
    const depth = this.#depthOf(chain) + 1;
    if (depth > DEPTH_MAX) {
      const message = `events answer events more than ${DEPTH_MAX} deep`;
      throw new CapabilityError("quota", message);
    }
    const event: QueuedEvent = {
      id: this.#options.ids(),
      topic,
      publisher: chain.at(-1) ?? "",
      payload: Uint8Array.from(payload),
      depth,
      // Not the exchange itself, whose body would wait with the event.
      request: request && { id: request.id, route: request.route },
    };
    const full = this.#receivers(topic).filter((plugin) => !this.#queueOf(plugin).offer(event));
    if (full.length === 0) return;
    const names = full.map(({ name }) => name).join(", ");
    throw new CapabilityError("quota", `too many events wait already for ${names}`);
  }

  /** Resolves when everything published so far is delivered. */
  async drain(): Promise<void> {
    await Promise.all([...this.#queues.values()].map(async (queue) => queue.drain()));
  }

  /** Nothing is delivered any more; what still waits is dropped. */
  close(): void {
    this.#state = "closed";
    for (const queue of this.#queues.values()) queue.close();
  }

  /** How deep the events are that those who wait for a call are busy with. */
  #depthOf(chain: readonly string[]): number {
    const depths = [...this.#queues].map(([{ name }, { depth }]) =>
      chain.includes(name) ? depth : 0,
    );
    return Math.max(0, ...depths);
  }

  #receivers(topic: string): LoadedPlugin[] {
    return this.#options
      .plugins()
      .filter(
        ({ manifest, services }) =>
          manifest.hooks.on_event !== undefined && services.rights.events.subscribe.includes(topic),
      );
  }

  #queueOf(plugin: LoadedPlugin): EventQueue {
    const found = this.#queues.get(plugin);
    if (found !== undefined) return found;
    const { plugins, logger, countDropped } = this.#options;
    const queue = new EventQueue(plugin, {
      isThere: () => plugins().includes(plugin),
      logger: logger.child({ plugin: plugin.name, hook: "on_event" }),
      dropped: () => countDropped(plugin.name),
    });
    if (this.#state === "open") queue.open();
    this.#queues.set(plugin, queue);
    return queue;
  }
}
