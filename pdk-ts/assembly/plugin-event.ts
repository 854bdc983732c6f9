import { checkMessage, messageText, payloadBytes, payloadText } from "./message-frame";

/** An event that another plugin published. It is good for its own call. */
export class PluginEvent {
  /** @internal The host's frame makes events. */
  constructor(private readonly call: u32) {}

  get topic(): string {
    return this.fact("topic");
  }

  /** Name of the plugin that published it. */
  get publisher(): string {
    return this.fact("publisher");
  }

  get id(): string {
    return this.fact("id");
  }

  /** The payload as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    checkMessage(this.call);
    return payloadText();
  }

  bytes(): Uint8Array {
    checkMessage(this.call);
    return payloadBytes();
  }

  private fact(key: string): string {
    checkMessage(this.call);
    return messageText(key);
  }
}
