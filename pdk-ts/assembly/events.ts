import { giveBytes, giveText } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";

/** Events for the `onEvent` of other plugins. Needs `capabilities: { events: { publish: [topic] } }`. */
export namespace events {
  export function publish(topic: string, payload: string): void {
    resultOf(host.eventPublish(giveText(topic), giveText(payload)));
  }

  export function publishBytes(topic: string, payload: Uint8Array): void {
    resultOf(host.eventPublish(giveText(topic), giveBytes(payload)));
  }
}
