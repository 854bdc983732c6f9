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
  service: 11,
  randomBytes: 12,
  digest: 13,
} as const;

/** What becomes of a host function's answer: the same numbers stand in engine/glue/service-call.ts. */
export const ANSWER = { text: 0, bytes: 1, number: 2 } as const;

/** What a host function is given: text and bytes go as blocks, null as 0. */
export type ServiceArgument = string | Uint8Array | number | null;

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

/** A number below 0 is a fault, whatever answer is wanted. */
export function callService(
  slot: number,
  answer: (typeof ANSWER)[keyof typeof ANSWER],
  parameters: readonly ServiceArgument[],
): string | Uint8Array | number | null {
  return native(OPERATION.service, slot, answer, ...parameters) as ReturnType<typeof callService>;
}

/** Of the host's generator, which every instance has. */
export function drawBytes(length: number): Uint8Array {
  return native(OPERATION.randomBytes, length) as Uint8Array;
}

/** `algorithm` is 1 for SHA-1, 256, 384 or 512; `constants` those of digest-constants.ts. */
export function digest(algorithm: number, data: Uint8Array, constants: Uint8Array): Uint8Array {
  return native(OPERATION.digest, algorithm, data, constants) as Uint8Array;
}
