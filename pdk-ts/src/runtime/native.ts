// oxlint-disable typescript/no-unsafe-type-assertion -- what the engine answers has no types
import { BOOTSTRAP_GLOBAL, type Bootstrap, type SourceLines } from "./bootstrap.ts";

/** First argument of the native function: the same numbers stand in engine/glue/native.ts. */
export const OPERATION = {
  logDebug: 0,
  logInfo: 1,
  logWarn: 2,
  logError: 3,
  configGet: 4,
  bodyText: 5,
  bodyBytes: 6,
  outputWithBytes: 7,
  random: 8,
  encode: 9,
  decode: 10,
} as const;

const bootstrap = takeBootstrap();

export const SOURCE_LINES: SourceLines = bootstrap.sourceLines;

const native = bootstrap.native;

/** Outside the engine (an editor's tooling, a test) the API loads, and fails where it is used. */
function takeBootstrap(): Bootstrap {
  const found: unknown = Reflect.get(globalThis, BOOTSTRAP_GLOBAL);
  Reflect.deleteProperty(globalThis, BOOTSTRAP_GLOBAL);
  if (found !== undefined) return found as Bootstrap;
  return { native: refuse, sourceLines: { sources: [], lines: [] } };
}

function refuse(): never {
  throw new Error("this part of @backworks/pdk works only inside a plugin that the host runs");
}

export function writeLog(level: 0 | 1 | 2 | 3, message: string): void {
  native(level, message);
}

/** A value of the plugin's configuration, or null. */
export function readConfig(key: string): string | null {
  return native(OPERATION.configGet, key) as string | null;
}

/** The body of this call's input; what is not UTF-8 becomes U+FFFD. */
export function readBodyText(): string {
  return native(OPERATION.bodyText) as string;
}

export function readBodyBytes(): Uint8Array {
  return native(OPERATION.bodyBytes) as Uint8Array;
}

/** Sets the output to a head and the bytes behind it; false when the host has no room for it. */
export function writeOutputWithBytes(head: string, body: Uint8Array): boolean {
  return native(OPERATION.outputWithBytes, head, body) as boolean;
}

export function random(): number {
  return native(OPERATION.random) as number;
}

export function encodeUtf8(text: string): Uint8Array {
  return native(OPERATION.encode, text) as Uint8Array;
}

export function decodeUtf8(bytes: Uint8Array): string {
  return native(OPERATION.decode, bytes) as string;
}
