import { lentBytes, lentText } from "./runtime/body.ts";
import { findFact } from "./runtime/frame-head.ts";

/** What `onEvent` is called with: an event that a plugin has published. */
export class PluginEvent {
  /** Such as `orders.created`: one of `capabilities.events.subscribe`. */
  readonly topic: string;
  /** Name of the plugin that published it. */
  readonly publisher: string;
  /** The same for all who receive it. */
  readonly id: string;

  /** @internal The host's frame makes events. */
  constructor(head: string) {
    this.topic = findFact(head, ":topic: ");
    this.publisher = findFact(head, ":publisher: ");
    this.id = findFact(head, ":id: ");
  }

  /** The payload as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return lentText(this);
  }

  /** The payload byte for byte. */
  bytes(): Uint8Array {
    return lentBytes(this);
  }

  /** The payload as JSON. Throws a `SyntaxError` when it is none; nothing checks that it is a `T`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  json<T = unknown>(): T {
    return JSON.parse(this.text());
  }
}
