import { Body } from "./body";
import * as frame from "./frame";
import { appendHeaderLine, applyEdits, removeHeaderLine, setHeaderLine } from "./header-edits";
import { quote } from "./json";
import { Lines } from "./lines";
import { HookReads } from "./reads";

/** Members of a problem (RFC 9457). */
export class Problem {
  /** A URI that names the kind of problem; `about:blank` when absent. */
  type: string | null = null;
  /** The kind of problem in a few words. */
  title: string = "";
  /** What went wrong this time, for a person. */
  detail: string | null = null;
}

/**
 * A response: one that a hook makes (`Reply.text(200, …)`), or in `afterResponse` the one on its way
 * to the client, which is changed in place.
 */
export class Reply {
  private code: i32;
  /** What a received reply may be asked for; null for one that a hook made. */
  private readonly reads: HookReads | null;
  private readonly call: u32;
  /** A made reply always says its status; a received one only when it was changed. */
  private saysStatus: bool;
  private readonly headerEdits: Lines = new Lines();
  private newBody: Body | null = null;

  /** @internal Use `Reply.text` and its kin. */
  constructor(status: i32, reads: HookReads | null = null, body: Body | null = null) {
    this.code = status;
    this.reads = reads;
    this.call = frame.call;
    this.saysStatus = reads === null;
    this.newBody = body;
  }

  /** Plain text in UTF-8. */
  static text(status: f64, body: string): Reply {
    return make(status, "text/plain; charset=utf-8", Body.of<string>(body));
  }

  static bytes(status: f64, bytes: Uint8Array, contentType: string): Reply {
    return make(status, contentType, Body.of<Uint8Array>(bytes));
  }

  /** A status and nothing else. */
  static empty(status: f64): Reply {
    return new Reply(checkStatus(status));
  }

  /** An error that machines and people understand: `application/problem+json` (RFC 9457). */
  static problem(status: f64, problem: Problem): Reply {
    const type = problem.type;
    const detail = problem.detail;
    let json = "{";
    if (type !== null) json += `"type":${quote(type)},`;
    json += `"title":${quote(problem.title)}`;
    if (detail !== null) json += `,"detail":${quote(detail)}`;
    json += `,"status":${checkStatus(status)}}`;
    return make(status, "application/problem+json", Body.of<string>(json));
  }

  get status(): i32 {
    return this.code;
  }

  /** 200 to 599. */
  set status(status: f64) {
    this.code = checkStatus(status);
    this.saysStatus = true;
  }

  /** The first value of a header, in any case of its name; null when there is none. */
  header(name: string): string | null {
    const values = this.headers(name);
    return values.length > 0 ? values[0] : null;
  }

  /** All values of a header: each line of it is one. */
  headers(name: string): string[] {
    const reads = this.reads;
    if (reads === null) return applyEdits([], this.headerEdits, name);
    this.checkCall();
    reads.responseHeaders.checkHeader(reads.hook, name);
    return applyEdits(frame.findResponseHeaders(name), this.headerEdits, name);
  }

  /** Replaces all values of a header. */
  setHeader(name: string, value: string): void {
    setHeaderLine(this.headerEdits, name, value);
  }

  /** Adds a value to a header and leaves the others, as for `set-cookie`. */
  appendHeader(name: string, value: string): void {
    appendHeaderLine(this.headerEdits, name, value);
  }

  removeHeader(name: string): void {
    removeHeaderLine(this.headerEdits, name);
  }

  /** The body as text; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    const body = this.newBody;
    if (body !== null) return body.toText();
    return this.checkReceivedBody() ? frame.bodyText() : "";
  }

  /** The body byte for byte. */
  bytes(): Uint8Array {
    const body = this.newBody;
    if (body !== null) return body.toBytes();
    return this.checkReceivedBody() ? frame.bodyBytes() : new Uint8Array(0);
  }

  /** Replaces the body, by a text or a `Uint8Array`. Set `content-type` too when it changes. */
  setBody<T>(body: T): void {
    this.newBody = Body.of<T>(body);
  }

  /** @internal */
  get body(): Body | null {
    return this.newBody;
  }

  /** @internal In the order of frames.abnf. */
  get edits(): Lines {
    if (!this.saysStatus) return this.headerEdits;
    const edits = new Lines();
    edits.text(`!${this.code}\n`);
    edits.lines(this.headerEdits);
    return edits;
  }

  private checkReceivedBody(): bool {
    const reads = this.reads;
    if (reads === null) return false;
    reads.checkBody();
    this.checkCall();
    return true;
  }

  private checkCall(): void {
    if (this.call != frame.call) {
      throw new Error("a reply can be read only while the hook that was given it runs");
    }
  }
}

function make(status: f64, contentType: string, body: Body): Reply {
  const reply = new Reply(checkStatus(status), null, body);
  reply.setHeader("content-type", contentType);
  return reply;
}

/** As a number, so that an author's `number` and whole literals both fit. */
function checkStatus(status: f64): i32 {
  if (status >= 200 && status <= 599 && floor(status) == status) return <i32>status;
  throw new RangeError(`the status ${status} is not a whole number from 200 to 599`);
}
