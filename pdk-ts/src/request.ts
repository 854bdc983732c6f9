import { Identity } from "./identity.ts";
import { RequestError } from "./request-error.ts";
import { bodyBytes, bodyText, checkBody, lentBytes, lentText } from "./runtime/body.ts";
import type { BodyInput } from "./runtime/body.ts";
import { contextLine } from "./runtime/context-line.ts";
import { appendLine, applyEdits, removeLine, setLine } from "./runtime/edit-lines.ts";
import { findStatusLine, findValue, findValues } from "./runtime/frame-head.ts";
import { findQueryValue } from "./runtime/query.ts";
import { headerNeedle, undeclaredBody, valueNeedle, type HookReads } from "./runtime/reads.ts";

/** RFC 9112 3.2.1, in printable ASCII and without a fragment, which is never sent. */
const ORIGIN_FORM = /^\/[!"$-~]*$/;

const BAD_REQUEST = 400;

/** Edits beside those of headers: most requests have none, and pay nothing for them. */
interface RarerEdits {
  target: string | undefined;
  /** Lines of an edits frame. */
  provided: string;
}

/** What the runner needs of a request and no author does. */
export let requestEdits: (request: Request) => string;
/** Of those edits what is not the request's own: the values for later plugins. */
export let requestProvided: (request: Request) => string;
export let requestBody: (request: Request) => BodyInput | undefined;

/**
 * The request a hook was called with. It holds what plugin.yaml declares in `reads` of the hook:
 * reading anything else throws an error that names the key to add. In `beforeRequest` it can be
 * changed; later plugins and the endpoint see the changes.
 */
export class Request {
  readonly #head: string;
  readonly #reads: HookReads;
  /** Lines of an edits frame for headers. */
  #edits = "";
  #rarer: RarerEdits | undefined = undefined;
  #body: BodyInput | undefined = undefined;

  static {
    requestEdits = (request) =>
      request.#rarer === undefined ? request.#edits : printEdits(request.#edits, request.#rarer);
    requestProvided = (request) => request.#rarer?.provided ?? "";
    requestBody = (request) => request.#body;
  }

  /** @internal The host's frame makes requests. */
  constructor(head: string, reads: HookReads) {
    this.#head = head;
    this.#reads = reads;
  }

  /** The method in upper case, such as `GET`. */
  get method(): string {
    return this.#head.slice(0, this.#head.indexOf(" "));
  }

  /** Path and query as on the wire: percent-encoded. */
  get target(): string {
    const head = this.#head;
    return this.#rarer?.target ?? head.slice(head.indexOf(" ") + 1, head.indexOf("\n"));
  }

  /** The target up to the `?`, percent-encoded. */
  get path(): string {
    const target = this.target;
    const end = target.indexOf("?");
    return end < 0 ? target : target.slice(0, end);
  }

  /** The first value of a query parameter, decoded as in a form; null when there is none. */
  query(name: string): string | null {
    return findQueryValue(this.target, name);
  }

  /** The first value of a header, in any case of its name; null when there is none. */
  header(name: string): string | null {
    const reads = this.#reads;
    const needle = reads.headers.needles[name] ?? headerNeedle(reads.headers, reads.hook, name);
    if (this.#edits !== "" || reads.hasReply) return this.headers(name)[0] ?? null;
    return findValue(this.#head, needle);
  }

  /** All values of a header: each line of it is one. */
  headers(name: string): string[] {
    const reads = this.#reads;
    const needle = headerNeedle(reads.headers, reads.hook, name);
    const end = reads.hasReply ? findStatusLine(this.#head) : Infinity;
    return applyEdits(findValues(this.#head, needle, 0, end), this.#edits, name);
  }

  /** A parameter of the route's path, percent-decoded; null when the route has none of that name. */
  param(name: string): string | null {
    const json = this.#value(valueNeedle(this.#reads.params, this.#reads.hook, name));
    return json === null ? null : JSON.parse(json);
  }

  /** A value that an earlier plugin, or this hook, provided; null when nobody did. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  context<T = unknown>(key: string): T | null {
    const json = this.#value(valueNeedle(this.#reads.context, this.#reads.hook, key));
    const own = findValues(`\n${requestProvided(this)}`, `\n=${key}: `, 0, Infinity).at(-1);
    return JSON.parse(own ?? json ?? "null");
  }

  /**
   * Who the request is from, as an `authenticate` hook has found; null when none has. `authorize` and
   * `auditLog` always know; other hooks read the context key `auth`.
   */
  identity(): Identity | null {
    const json = this.#value(valueNeedle(this.#reads.context, this.#reads.hook, "auth"));
    return json === null ? null : new Identity(JSON.parse(json));
  }

  /** Gives later plugins a JSON value under a key such as `auth.user`; `auth` is the host's. */
  provide(key: string, value: unknown): void {
    this.#editRarer().provided += contextLine(key, value);
  }

  /**
   * Id of the request, the same in every log of the host: 32 hex digits, or the client's own
   * `x-request-id`, up to 128 letters, digits and `._:+/=@-`.
   */
  get id(): string {
    return this.#fact("\n:id: ");
  }

  /** Id of the route that matched, as in `backworks.yaml`. */
  get route(): string {
    return this.#fact("\n:route: ");
  }

  /** Address of the client as the host sees it. */
  get client(): string {
    return this.#fact("\n:client: ");
  }

  /** Replaces all values of a header. Only in `beforeRequest`, as all that change the request. */
  setHeader(name: string, value: string): void {
    this.#checkMayEdit();
    this.#edits += setLine(name, value);
  }

  /** Adds a value to a header and leaves the others. */
  appendHeader(name: string, value: string): void {
    this.#checkMayEdit();
    this.#edits += appendLine(name, value);
  }

  removeHeader(name: string): void {
    this.#checkMayEdit();
    this.#edits += removeLine(name);
  }

  /** Rewrites path and query for the endpoint; the route that matched stays. */
  setTarget(target: string): void {
    if (typeof target !== "string" || !ORIGIN_FORM.test(target)) {
      throw new TypeError(`${JSON.stringify(target)} is no path and query in percent-encoding`);
    }
    this.#checkMayEdit();
    this.#editRarer().target = target;
  }

  /** The body as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    if (this.#body !== undefined) return bodyText(this.#body);
    this.#checkBody();
    return lentText(this);
  }

  /** The body as it came, byte for byte. */
  bytes(): Uint8Array {
    if (this.#body !== undefined) return bodyBytes(this.#body);
    this.#checkBody();
    return lentBytes(this);
  }

  /**
   * The body as JSON. Throws a `RequestError` when it is none, which answers the request with 400;
   * nothing checks that it is a `T`.
   */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the author says what it is
  json<T = unknown>(): T {
    const text = this.text();
    try {
      return JSON.parse(text);
    } catch (error) {
      // What the hook itself has put there is not the client's to put right.
      if (this.#body !== undefined || !(error instanceof SyntaxError)) throw error;
      throw new RequestError(BAD_REQUEST, `the body is not JSON: ${error.message}`);
    }
  }

  /** Replaces the body; text is sent as UTF-8. Set `content-type` too when it changes. */
  setBody(body: BodyInput): void {
    this.#checkMayEdit();
    this.#body = checkBody(body);
  }

  #editRarer(): RarerEdits {
    return (this.#rarer ??= { target: undefined, provided: "" });
  }

  #checkMayEdit(): void {
    const { hook } = this.#reads;
    if (hook === "before_request") return;
    const hasOwnReply = hook === "process_endpoint" || hook === "after_response";
    const instead = hasOwnReply ? ": change the reply instead" : "";
    throw new Error(`${hook} cannot change the request${instead}`);
  }

  #checkBody(): void {
    const { hook, hasReply, body } = this.#reads;
    if (hasReply) {
      throw new Error(`${hook} is given the body of the reply, not that of the request`);
    }
    if (!body) throw undeclaredBody(hook);
  }

  #value(needle: string): string | null {
    return findValue(this.#head, needle);
  }

  #fact(needle: string): string {
    return JSON.parse(this.#value(needle) ?? '""');
  }
}

function printEdits(headers: string, { target, provided }: RarerEdits): string {
  const line = target === undefined ? "" : `>${target}\n`;
  return line + headers + provided;
}
