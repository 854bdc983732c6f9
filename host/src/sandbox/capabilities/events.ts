import type { CallOrigin } from "../call-names.ts";
import { CapabilityError } from "./capability-error.ts";

/** As much as a hook is given. */
const PAYLOAD_BYTES_MAX = 1024 * 1024;

/** Something that happened in a plugin. */
export interface PublishedEvent {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Its chain ends with who published it; those before wait for it. */
  readonly origin: CallOrigin;
}

/**
 * Hands an event to whoever receives its topic; nobody has taken it when this returns. Throws a
 * `CapabilityError`: `quota` when not everybody will get it.
 */
export type PublishEvent = (event: PublishedEvent) => void;

export interface EventsOptions {
  /** Topics that may be published. */
  readonly allowed: readonly string[];
  readonly publish: PublishEvent;
}

/** Events of one plugin: under listed topics, and of a bounded size. */
export class Events {
  readonly #options: EventsOptions;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  /** Throws a `CapabilityError`. */
  publish(event: PublishedEvent): void {
    const { allowed, publish } = this.#options;
    const { topic, payload } = event;
    if (!allowed.includes(topic)) {
      const message = `publishing ${JSON.stringify(topic)} is not granted (capabilities.events.publish, grants.events.publish)`;
      throw new CapabilityError("not_granted", message);
    }
    if (payload.length > PAYLOAD_BYTES_MAX) {
      const message = `an event has at most ${PAYLOAD_BYTES_MAX} bytes, this one ${payload.length}`;
      throw new CapabilityError("too_large", message);
    }
    publish(event);
  }
}
