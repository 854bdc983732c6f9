import { bodyBytes, bodyText, checkBody, lentBytes, lentText } from "./runtime/body.ts";
import type { BodyInput } from "./runtime/body.ts";
import { appendLine, applyEdits, removeLine, setLine } from "./runtime/edit-lines.ts";
import { findStatusLine, findValues } from "./runtime/frame-head.ts";
import { headerNeedle, undeclaredBody, type HookReads } from "./runtime/reads.ts";

/** Members of a problem (RFC 9457); others are added as they are. */
export interface Problem {
  /** A URI that names the kind of problem; `about:blank` when absent. */
  readonly type?: string;
  /** The kind of problem in a few words. */
  readonly title: string;
  /** What went wrong this time, for a person. */
  readonly detail?: string;
  readonly [member: string]: unknown;
}

/** The response so far, as after_response was given it. */
interface Received {
  readonly head: string;
  readonly reads: HookReads;
}

/** What the runner needs of a reply and no author does. */
export let createReceivedReply: (head: string, reads: HookReads) => Reply;
export let replyEdits: (reply: Reply) => string;
export let replyBody: (reply: Reply) => BodyInput | undefined;

/**
 * A response: one that a hook makes (`Reply.json(200, …)`), or in `afterResponse` the one on its
 * way to the client, which is changed in place.
 */
export class Reply {
  readonly #received: Received | undefined;
  #status: number;
  /** A made reply always says its status; a received one only when it was changed. */
  #saysStatus: boolean;
  /** Lines of an edits frame for headers. */
  #edits: string;
  #body: BodyInput | undefined;

  static {
    createReceivedReply = (head, reads) => {
      const start = findStatusLine(head) + 2;
      return new Reply(Number(head.slice(start, start + 3)), "", undefined, { head, reads });
    };
    replyEdits = (reply) => reply.#printEdits();
    replyBody = (reply) => reply.#body;
  }

  private constructor(status: number, edits: string, body?: BodyInput, received?: Received) {
    this.#status = status;
    this.#edits = edits;
    this.#body = body;
    this.#received = received;
    this.#saysStatus = received === undefined;
  }

  /** Plain text in UTF-8. */
  static text(status: number, body: string): Reply {
    return Reply.#create(status, "text/plain; charset=utf-8", body);
  }

  /** Anything that `JSON.stringify` takes. */
  static json(status: number, value: unknown): Reply {
    return Reply.#create(status, "application/json", stringify(value));
  }

  static bytes(status: number, bytes: Uint8Array, contentType: string): Reply {
    return Reply.#create(status, contentType, bytes);
  }

  /** A status and nothing else. */
  static empty(status: number): Reply {
    return new Reply(checkStatus(status), "");
  }

  /** An error that machines and people understand: `application/problem+json` (RFC 9457). */
  static problem(status: number, problem: Problem): Reply {
    return Reply.#create(status, "application/problem+json", stringify({ ...problem, status }));
  }

  static #create(status: number, contentType: string, body: BodyInput): Reply {
    return new Reply(checkStatus(status), setLine("content-type", contentType), checkBody(body));
  }

  get status(): number {
    return this.#status;
  }

  /** 200 to 599. */
  set status(status: number) {
    this.#status = checkStatus(status);
    this.#saysStatus = true;
  }

  /** The first value of a header, in any case of its name; null when there is none. */
  header(name: string): string | null {
    return this.headers(name)[0] ?? null;
  }

  /** All values of a header: each line of it is one. */
  headers(name: string): string[] {
    return applyEdits(this.#receivedHeaders(name), this.#edits, name);
  }

  /** Replaces all values of a header. */
  setHeader(name: string, value: string): void {
    this.#edits += setLine(name, value);
  }

  /** Adds a value to a header and leaves the others, as for `set-cookie`. */
  appendHeader(name: string, value: string): void {
    this.#edits += appendLine(name, value);
  }

  removeHeader(name: string): void {
    this.#edits += removeLine(name);
  }

  /** The body as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    if (this.#body !== undefined) return bodyText(this.#body);
    return this.#checkReceivedBody() ? lentText(this) : "";
  }

  /** The body byte for byte. */
  bytes(): Uint8Array {
    if (this.#body !== undefined) return bodyBytes(this.#body);
    return this.#checkReceivedBody() ? lentBytes(this) : new Uint8Array(0);
  }

  /** The body as JSON. Throws a `SyntaxError` when it is none; nothing checks that it is a `T`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  json<T = unknown>(): T {
    return JSON.parse(this.text());
  }

  /** Replaces the body; text is sent as UTF-8. Set `content-type` too when it changes. */
  setBody(body: BodyInput): void {
    this.#body = checkBody(body);
  }

  #receivedHeaders(name: string): string[] {
    if (this.#received === undefined) return [];
    const { head, reads } = this.#received;
    const needle = headerNeedle(reads.responseHeaders, reads.hook, name);
    return findValues(head, needle, findStatusLine(head), Infinity);
  }

  #checkReceivedBody(): boolean {
    if (this.#received === undefined) return false;
    const { reads } = this.#received;
    if (!reads.body) throw undeclaredBody(reads.hook);
    return true;
  }

  #printEdits(): string {
    return this.#saysStatus ? `!${this.#status}\n${this.#edits}` : this.#edits;
  }
}

function checkStatus(status: number): number {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return status;
  throw new RangeError(`the status ${String(status)} is not a whole number from 200 to 599`);
}

function stringify(value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`a ${typeof value} is no JSON`);
  return json;
}
