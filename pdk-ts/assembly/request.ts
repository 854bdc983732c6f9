import { Body } from "./body";
import { checkContextKey } from "./context-key";
import * as frame from "./frame";
import { appendHeaderLine, applyEdits, removeHeaderLine, setHeaderLine } from "./header-edits";
import { Identity } from "./identity";
import { isJsonNull, isJsonString, parseJsonString, quote } from "./json";
import { findLineFeed, Lines, valueOf } from "./lines";
import { findQueryValue } from "./query";
import { HookReads } from "./reads";
import { decode } from "./utf8";

/**
 * The request a hook was called with. It holds what plugin.yaml declares in `reads` of the hook:
 * reading anything else fails with a message that names the key to add. In `beforeRequest` it can be
 * changed; later plugins and the endpoint see the changes. It is good for its own call.
 */
export class Request {
  private readonly call: u32;
  private readonly reads: HookReads;
  private newTarget: string | null = null;
  private readonly headerEdits: Lines = new Lines();
  private givenContext: Lines | null = null;
  private newBody: Body | null = null;

  /** @internal The host's frame makes requests. */
  constructor(reads: HookReads) {
    this.call = frame.call;
    this.reads = reads;
  }

  /** The method in upper case, such as `GET`. */
  get method(): string {
    this.checkCall();
    return frame.method();
  }

  /** Path and query as on the wire: percent-encoded. */
  get target(): string {
    const target = this.newTarget;
    if (target !== null) return target;
    this.checkCall();
    return frame.target();
  }

  /** The target up to the `?`, percent-encoded. */
  get path(): string {
    const target = this.target;
    const end = target.indexOf("?");
    return end < 0 ? target : target.substring(0, end);
  }

  /** The first value of a query parameter, decoded as in a form; null when there is none. */
  query(name: string): string | null {
    return findQueryValue(this.target, name);
  }

  /** The first value of a header, in any case of its name; null when there is none. */
  header(name: string): string | null {
    if (this.headerEdits.length > 0) {
      const values = this.headers(name);
      return values.length > 0 ? values[0] : null;
    }
    this.checkCall();
    this.reads.headers.checkHeader(this.reads.hook, name);
    return frame.findHeader(name);
  }

  /** All values of a header: each line of it is one. */
  headers(name: string): string[] {
    this.checkCall();
    this.reads.headers.checkHeader(this.reads.hook, name);
    return applyEdits(frame.findHeaders(name), this.headerEdits, name);
  }

  /** A parameter of the route's path, percent-decoded; null when the route has none of that name. */
  param(name: string): string | null {
    this.checkCall();
    this.reads.params.checkName(this.reads.hook, name);
    const json = frame.findContext(":param.", name);
    return json == 0 ? null : parseJsonString(json, frame.contextValueEnd);
  }

  /** A text that an earlier plugin, or this hook, provided: `context<string>`; null without one. */
  context<T>(key: string): T | null {
    if (!isString<T>()) {
      ERROR("the fast target reads context values as texts: context<string>, or contextJson");
    }
    this.findContext(key);
    if (contextFrom == 0 || isJsonNull(contextFrom, contextTo)) return null;
    if (!isJsonString(contextFrom, contextTo)) {
      throw new TypeError(
        `the context value ${key} is no text: contextJson gives it as JSON, the full target as it is`,
      );
    }
    return <T>parseJsonString(contextFrom, contextTo);
  }

  /** Such a value as its JSON, whatever it is; only in the `fast` target. */
  contextJson(key: string): string | null {
    this.findContext(key);
    return contextFrom == 0 ? null : decode(contextFrom, contextTo - contextFrom);
  }

  /**
   * Gives later plugins a text, a number or a truth value under a key such as `auth.user`; `auth` is
   * the host's.
   */
  provide<T>(key: string, value: T): void {
    if (isString<T>()) this.provideJson(key, quote(<string>value));
    else if (isInteger<T>() || isBoolean<T>()) this.provideJson(key, value.toString());
    else if (isFloat<T>()) this.provideJson(key, isFinite(value) ? value.toString() : "null");
    else ERROR("the fast target provides texts, numbers and truth values, or JSON: provideJson");
  }

  /** Gives later plugins a value that is JSON already, on one line; only in the `fast` target. */
  provideJson(key: string, json: string): void {
    checkContextKey(key);
    if (json.includes("\n")) throw new TypeError(`the JSON of context key ${key} has a line feed`);
    let provided = this.givenContext;
    if (provided === null) {
      provided = new Lines();
      this.givenContext = provided;
    }
    // JSON lets these two stand in a string, where many a reader of lines sees the end of one.
    const line = json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
    provided.text(`=${key}: ${line}\n`);
  }

  /**
   * Who the request is from, as an `authenticate` hook has found; null when none has. `authorize` and
   * `auditLog` always know; other hooks read the context key `auth`.
   */
  identity(): Identity | null {
    this.checkCall();
    this.reads.context.checkName(this.reads.hook, "auth");
    const json = frame.findContext(":context.", "auth");
    return json == 0 ? null : new Identity(json, frame.contextValueEnd);
  }

  /** Id of the request: 32 hex digits, the same in every log of the host. */
  get id(): string {
    return this.fact("id");
  }

  /** Id of the route that matched, as in `backworks.yaml`. */
  get route(): string {
    return this.fact("route");
  }

  /** Address of the client as the host sees it. */
  get client(): string {
    return this.fact("client");
  }

  /** Replaces all values of a header. Only in `beforeRequest`, as all that change the request. */
  setHeader(name: string, value: string): void {
    this.checkMayEdit();
    setHeaderLine(this.headerEdits, name, value);
  }

  /** Adds a value to a header and leaves the others. */
  appendHeader(name: string, value: string): void {
    this.checkMayEdit();
    appendHeaderLine(this.headerEdits, name, value);
  }

  removeHeader(name: string): void {
    this.checkMayEdit();
    removeHeaderLine(this.headerEdits, name);
  }

  /** Rewrites path and query for the endpoint; the route that matched stays. */
  setTarget(target: string): void {
    if (!isOriginForm(target)) {
      throw new TypeError(`${quote(target)} is no path and query in percent-encoding`);
    }
    this.checkMayEdit();
    this.newTarget = target;
  }

  /** The body as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    const body = this.newBody;
    if (body !== null) return body.toText();
    this.checkBody();
    return frame.bodyText();
  }

  /** The body as it came, byte for byte. */
  bytes(): Uint8Array {
    const body = this.newBody;
    if (body !== null) return body.toBytes();
    this.checkBody();
    return frame.bodyBytes();
  }

  /** Replaces the body, by a text or a `Uint8Array`. Set `content-type` too when it changes. */
  setBody<T>(body: T): void {
    this.checkMayEdit();
    this.newBody = Body.of<T>(body);
  }

  /** @internal Whether the hook that was given it still runs. */
  get isOpen(): bool {
    return this.call == frame.call;
  }

  /** @internal The values for later plugins: they stay when the hook answers itself. */
  get provided(): Lines | null {
    return this.givenContext;
  }

  /** @internal */
  get body(): Body | null {
    return this.newBody;
  }

  /** @internal All edits but those of `provided`, in the order of frames.abnf. */
  get edits(): Lines {
    const target = this.newTarget;
    if (target === null) return this.headerEdits;
    const edits = new Lines();
    edits.text(`>${target}\n`);
    edits.lines(this.headerEdits);
    return edits;
  }

  private checkMayEdit(): void {
    const hook = this.reads.hook;
    if (hook == "before_request") return;
    const instead = hook == "after_response" ? ": change the reply instead" : "";
    throw new Error(`${hook} cannot change the request${instead}`);
  }

  private checkBody(): void {
    const reads = this.reads;
    if (reads.hasReply) {
      throw new Error(`${reads.hook} is given the body of the reply, not that of the request`);
    }
    reads.checkBody();
    this.checkCall();
  }

  private checkCall(): void {
    if (!this.isOpen) {
      throw new Error("a request can be read only while the hook that was given it runs");
    }
  }

  private fact(name: string): string {
    this.checkCall();
    const json = frame.findContext(":", name);
    return json == 0 ? "" : parseJsonString(json, frame.contextValueEnd);
  }

  /** Sets `contextFrom` and `contextTo`: what this hook provided counts before what it was given. */
  private findContext(key: string): void {
    this.checkCall();
    this.reads.context.checkName(this.reads.hook, key);
    contextFrom = frame.findContext(":context.", key);
    contextTo = frame.contextValueEnd;
    const provided = this.givenContext;
    if (provided === null) return;
    for (let at = provided.start, end = provided.end; at < end;) {
      const feed = findLineFeed(at, end);
      const value = valueOf(at + 1, feed, key, false);
      if (value != 0) {
        contextFrom = value;
        contextTo = feed;
      }
      at = feed + 1;
    }
  }
}

let contextFrom: usize = 0;
let contextTo: usize = 0;

/** RFC 9112 3.2.1, in printable ASCII and without a fragment, which is never sent. */
function isOriginForm(target: string): bool {
  if (!target.startsWith("/")) return false;
  for (let i = 1, length = target.length; i < length; i++) {
    const unit = target.charCodeAt(i);
    if (unit < 0x21 || unit > 0x7e || unit == 0x23) return false;
  }
  return true;
}
