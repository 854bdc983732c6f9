import { checkBytes, checkText } from "./runtime/arguments.ts";
import { callForNumber, findService } from "./runtime/service.ts";

/**
 * Events for other plugins, whose `onEvent` is called later, after this call. Needs
 * `capabilities: { events: { publish: [TOPIC] } }`.
 */
export interface Events {
  publish(topic: string, payload: string): void;
  publishBytes(topic: string, payload: Uint8Array): void;
}

const PUBLISH = findService("bw_event_publish");

export const events: Events = {
  publish(topic, payload) {
    callForNumber(PUBLISH, checkText("a topic", topic), checkText("a payload", payload));
  },
  publishBytes(topic, payload) {
    callForNumber(PUBLISH, checkText("a topic", topic), checkBytes("a payload", payload));
  },
};
