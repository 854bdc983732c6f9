import type { AuthorHook } from "./runner.ts";
import { decodeUtf8, encodeUtf8, readBodyBytes, readBodyText } from "./native.ts";

/** What an author gives as a body. */
export type BodyInput = string | Uint8Array;

/** Byte order mark: no part of a text (WHATWG Encoding, "UTF-8 decode"). */
const MARK = "\ufeff";

/** The message whose body the engine still holds. */
let owner: object | undefined;

/** The author's function that runs, or waits. */
let running: AuthorHook | undefined;

/**
 * From here on `hook` runs, and the engine's input is the body of `message`, if it has one. Both in
 * one call: it is made for each request.
 */
export function enterHook(hook: AuthorHook, message?: object): void {
  owner = message;
  running = hook;
}

/** The hook is over: nothing is lent any more. */
export function leaveHook(): void {
  owner = undefined;
  running = undefined;
}

/** The author's function that a failure is of, if it is one's. */
export function runningHook(): AuthorHook | undefined {
  return running;
}

function checkOwner(message: object): void {
  if (owner === message) return;
  throw new Error("the body can be read only while the hook that was given it runs");
}

export function lentText(message: object): string {
  checkOwner(message);
  return toText(readBodyText());
}

export function lentBytes(message: object): Uint8Array {
  checkOwner(message);
  return readBodyBytes();
}

/** A body to be sent: text without lone surrogates, which have no UTF-8. */
export function checkBody(body: BodyInput): BodyInput {
  if (typeof body === "string") return body.toWellFormed();
  if (body instanceof Uint8Array) return body;
  throw new TypeError("a body is a string or a Uint8Array; use Reply.json for other values");
}

export function bodyText(body: BodyInput): string {
  return typeof body === "string" ? body : toText(decodeUtf8(body));
}

export function bodyBytes(body: BodyInput): Uint8Array {
  return typeof body === "string" ? encodeUtf8(body) : body;
}

function toText(decoded: string): string {
  const text = decoded.toWellFormed();
  return text.startsWith(MARK) ? text.slice(1) : text;
}
