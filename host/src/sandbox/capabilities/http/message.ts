import { Buffer, isUtf8 } from "node:buffer";
import { HOST_HEADERS, type HeaderList } from "../../../contracts/exchange.ts";
import { CapabilityError } from "../capability-error.ts";

/** A request as the guest wrote it, in a form that cannot be misread on the wire. */
export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

export interface HttpResponse {
  /** 200 to 599. */
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

const METHODS: ReadonlySet<string> = new Set("GET HEAD POST PUT PATCH DELETE OPTIONS".split(" "));
const HEADERS_MAX = 100;
const HEAD_BYTES_MAX = 16 * 1024;
const BODY_BYTES_MAX = 1024 * 1024;
/** RFC 9110 5.6.2 and 5.5. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const FIELD_VALUE = /^[\t\x20-\x7e\u0080-\u00ff]*$/;

/**
 * Reads `METHOD url LF`, lines `name: value LF`, an empty line and the body. Without an empty line
 * there is no body. Throws `invalid` or `too_large` with the line and the reason.
 */
export function readHttpRequest(bytes: Uint8Array): HttpRequest {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = buffer.indexOf("\n\n");
  const head = buffer.subarray(0, end === -1 ? buffer.length : end);
  const body = end === -1 ? buffer.subarray(0, 0) : buffer.subarray(end + 2);
  if (head.length > HEAD_BYTES_MAX) throw tooLarge("head", head.length, HEAD_BYTES_MAX);
  if (body.length > BODY_BYTES_MAX) throw tooLarge("body", body.length, BODY_BYTES_MAX);
  if (!isUtf8(head)) throw invalid("the head is not UTF-8");
  const [first = "", ...lines] = head.toString("utf8").split("\n");
  // A last line that ends in LF, as the others do, is no line more.
  if (lines.at(-1) === "") lines.pop();
  if (lines.length > HEADERS_MAX) throw invalid(`more than ${HEADERS_MAX} headers`);
  const space = first.indexOf(" ");
  return {
    method: checkMethod(first.slice(0, Math.max(space, 0)), "line 1: "),
    url: checkUrl(first.slice(space + 1), "line 1: "),
    headers: lines.map((line, index) => {
      const colon = line.indexOf(": ");
      const name = line.slice(0, Math.max(colon, 0));
      return checkHeader([name, line.slice(colon + 2)], `line ${index + 2}: `);
    }),
    body,
  };
}

/** The same for a request in parts. */
export function checkHttpRequest(parts: {
  readonly method: string;
  readonly url: string;
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}): HttpRequest {
  const { method, url, headers, body } = parts;
  if (headers.length > HEADERS_MAX) throw invalid(`more than ${HEADERS_MAX} headers`);
  if (body.length > BODY_BYTES_MAX) throw tooLarge("body", body.length, BODY_BYTES_MAX);
  return {
    method: checkMethod(method, ""),
    url: checkUrl(url, ""),
    headers: headers.map((header) => checkHeader(header, "")),
    body,
  };
}

/** `!status LF`, headers, an empty line, the body. */
export function printHttpResponse({ status, headers, body }: HttpResponse): Uint8Array {
  const lines = headers.map(([name, value]) => `${name}: ${value}\n`);
  return Buffer.concat([Buffer.from(`!${status}\n${lines.join("")}\n`), body]);
}

/** The headers of a response as pairs, without those that speak of the connection. */
export function readHeaderPairs(raw: readonly string[]): HeaderList {
  const headers: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index]?.toLowerCase() ?? "";
    const value = raw[index + 1] ?? "";
    // Node's parser refuses these as well; a line break in a value would forge a line of the frame.
    const isSound = TOKEN.test(name) && FIELD_VALUE.test(value);
    if (isSound && !HOST_HEADERS.has(name)) headers.push([name, value]);
  }
  return headers;
}

function checkMethod(method: string, where: string): string {
  if (METHODS.has(method)) return method;
  throw invalid(`${where}expected one of ${[...METHODS].join(", ")}, and a URL`);
}

function checkUrl(text: string, where: string): URL {
  // The URL standard drops tabs and spaces at the ends; what is checked must be what was written.
  const url = /^[\x21-\x7e\u0080-\u{10ffff}]+$/u.test(text) ? URL.parse(text) : null;
  if (url === null) throw invalid(`${where}expected an absolute URL`);
  return url;
}

function checkHeader(header: HeaderList[number], where: string): HeaderList[number] {
  const [name, value] = [header[0].toLowerCase(), header[1]];
  if (!TOKEN.test(name)) throw invalid(`${where}expected "name: value"`);
  if (!FIELD_VALUE.test(value)) {
    throw invalid(`${where}the value of ${name} holds a control character, or one above ÿ`);
  }
  if (HOST_HEADERS.has(name) || name === "host" || name.startsWith("proxy-")) {
    throw invalid(`${where}the header ${name} is written by the host alone`);
  }
  return [name, value];
}

function invalid(reason: string): CapabilityError {
  return new CapabilityError("invalid", `malformed HTTP request: ${reason}`);
}

function tooLarge(what: string, bytes: number, bytesMax: number): CapabilityError {
  const message = `the ${what} of the HTTP request has ${bytes} bytes, at most ${bytesMax} are sent`;
  return new CapabilityError("too_large", message);
}
