import { checkBytes, checkText } from "./runtime/arguments.ts";
import { lentBytes, lentText, type BodyInput } from "./runtime/body.ts";
import { toJsonLine } from "./runtime/context-line.ts";
import { findFact, findValue } from "./runtime/frame-head.ts";
import { encodeUtf8 } from "./runtime/native.ts";

/** What the runner needs of a message and no author does: its answer. */
export let messageLines: (message: Message) => string;
export let messageReply: (message: Message) => BodyInput | undefined;

/**
 * What `onMessage` is called with: one message of a TCP peer, and what is to be done about it. What
 * has to be remembered from message to message of a connection is its state: the host keeps it.
 */
export class Message {
  /** Id of the connection. */
  readonly connection: string;
  /** The other side, `host:port`. */
  readonly peer: string;
  /** This side, `host:port`. */
  readonly local: string;
  #state: string | null;
  /** Lines of the answer. */
  #stateLine = "";
  #closeLine = "";
  readonly #reply: BodyInput[] = [];

  static {
    messageLines = (message) => message.#stateLine + message.#closeLine;
    messageReply = (message) => join(message.#reply);
  }

  /** @internal The host's frame makes messages. */
  constructor(head: string) {
    this.connection = findFact(head, ":connection: ");
    this.peer = findFact(head, ":peer: ");
    this.local = findFact(head, ":local: ");
    this.#state = findValue(`\n${head}`, "\n:state: ");
  }

  /** The message as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    return lentText(this);
  }

  /** The message byte for byte. */
  bytes(): Uint8Array {
    return lentBytes(this);
  }

  /** The state of the connection as JSON; null when none was set. */
  get state(): string | null {
    return this.#state;
  }

  /** The state of the connection; null when none was set. Nothing checks that it is a `T`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  stateJson<T = unknown>(): T | null {
    return JSON.parse(this.#state ?? "null");
  }

  /** Keeps a JSON text for the next message of the connection. */
  setState(json: string): void {
    this.#state = toJsonLine("the state of a connection", JSON.parse(checkText("a state", json)));
    this.#stateLine = `=state: ${this.#state}\n`;
  }

  /** Sends text to the peer when the hook is done, behind what was sent before. */
  reply(text: string): void {
    this.#reply.push(checkText("a reply", text));
  }

  /** Sends bytes to the peer when the hook is done, behind what was sent before. */
  replyBytes(bytes: Uint8Array): void {
    this.#reply.push(checkBytes("a reply", bytes));
  }

  /** Closes the connection once the replies are sent. */
  close(): void {
    this.#closeLine = "!close\n";
  }
}

function join(parts: readonly BodyInput[]): BodyInput | undefined {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first;
  const encoded = parts.map((part) => (typeof part === "string" ? encodeUtf8(part) : part));
  const joined = new Uint8Array(encoded.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of encoded) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
