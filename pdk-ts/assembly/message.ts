import { quote } from "./json";
import { LF, Lines } from "./lines";
import { checkMessage, messageJson, messageText, payloadBytes, payloadText } from "./message-frame";

/** What came over a connection, and what is sent back. It is good for its own call. */
export class Message {
  private newState: string | null = null;
  private isClosed: bool = false;
  private sent: Lines | null = null;

  /** @internal The host's frame makes messages. */
  constructor(private readonly call: u32) {}

  /** Id of the connection. */
  get connection(): string {
    return this.fact("connection");
  }

  /** The other side, as `host:port`. */
  get peer(): string {
    return this.fact("peer");
  }

  /** This side, as `host:port`. */
  get local(): string {
    return this.fact("local");
  }

  /** What `setState` kept for this connection, as JSON; null when it kept nothing. */
  get state(): string | null {
    const state = this.newState;
    if (state !== null) return state;
    checkMessage(this.call);
    return messageJson("state");
  }

  /** What came, as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    checkMessage(this.call);
    return payloadText();
  }

  /** What came, byte for byte. */
  bytes(): Uint8Array {
    checkMessage(this.call);
    return payloadBytes();
  }

  /** Sends text to the peer when the hook is done, behind what was sent before. */
  reply(text: string): void {
    this.output.text(text);
  }

  /** Sends bytes to the peer when the hook is done, behind what was sent before. */
  replyBytes(bytes: Uint8Array): void {
    this.output.bytesOf(bytes);
  }

  /** Keeps a JSON text for the next message of the connection. */
  setState(json: string): void {
    if (json.includes("\n")) throw new TypeError(`the state ${quote(json)} has a line feed`);
    this.newState = json;
  }

  /** Closes the connection once the replies are sent. */
  close(): void {
    this.isClosed = true;
  }

  /** @internal In the form of frames.abnf; empty: send nothing, keep the state. */
  get answer(): Lines {
    const lines = new Lines();
    const state = this.newState;
    if (state !== null) lines.text(`=state: ${state}\n`);
    if (this.isClosed) lines.text("!close\n");
    const sent = this.sent;
    if (sent !== null) {
      lines.byte(LF);
      lines.lines(sent);
    }
    return lines;
  }

  private fact(key: string): string {
    checkMessage(this.call);
    return messageText(key);
  }

  private get output(): Lines {
    const sent = this.sent;
    if (sent !== null) return sent;
    const first = new Lines();
    this.sent = first;
    return first;
  }
}
