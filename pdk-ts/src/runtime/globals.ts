import { bytesOf } from "./bytes.ts";
import { describe } from "./failure.ts";
import { decodeUtf8, encodeUtf8, OPERATION, random, writeLog } from "./native.ts";

/** Gives the engine what authors expect of a JavaScript world and QuickJS does not have. */
export function installGlobals(): void {
  // The engine's own generator was seeded at build time: every instance would draw the same.
  Object.defineProperty(Math, "random", { value: random, configurable: true, writable: true });
  define("console", {
    debug: (...values: unknown[]) => writeLog(OPERATION.logDebug, print(values)),
    log: (...values: unknown[]) => writeLog(OPERATION.logInfo, print(values)),
    info: (...values: unknown[]) => writeLog(OPERATION.logInfo, print(values)),
    warn: (...values: unknown[]) => writeLog(OPERATION.logWarn, print(values)),
    error: (...values: unknown[]) => writeLog(OPERATION.logError, print(values)),
  });
  define("TextEncoder", Utf8Encoder);
  define("TextDecoder", Utf8Decoder);
}

function define(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

function print(values: readonly unknown[]): string {
  return values.map(describe).join(" ").toWellFormed();
}

class Utf8Encoder {
  readonly encoding = "utf-8";

  encode(text = ""): Uint8Array {
    return encodeUtf8(text.toWellFormed());
  }

  /** Writes as many whole characters as there is room for. */
  encodeInto(text: string, to: Uint8Array): { read: number; written: number } {
    const wellFormed = text.toWellFormed();
    const bytes = encodeUtf8(wellFormed);
    let written = Math.min(bytes.length, to.length);
    // Back to the beginning of a character: what follows in it begins with the bits 10.
    while (written < bytes.length && ((bytes[written] ?? 0) & 0xc0) === 0x80) written -= 1;
    to.set(bytes.subarray(0, written));
    const isWhole = written === bytes.length;
    const read = isWhole ? wellFormed.length : decodeUtf8(bytes.subarray(0, written)).length;
    return { read, written };
  }
}

/** `TextDecoder` for UTF-8, without `stream`. */
class Utf8Decoder {
  readonly encoding = "utf-8";
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;

  constructor(label = "utf-8", options: { fatal?: boolean; ignoreBOM?: boolean } = {}) {
    if (!/^(utf-?8|unicode-1-1-utf-8)$/i.test(label.trim())) {
      throw new RangeError(`TextDecoder knows utf-8 only, not ${label}`);
    }
    this.fatal = options.fatal ?? false;
    this.ignoreBOM = options.ignoreBOM ?? false;
  }

  decode(input: ArrayBuffer | ArrayBufferView = new Uint8Array(0)): string {
    const bytes = bytesOf(input);
    const text = decodeUtf8(bytes).toWellFormed();
    if (this.fatal && !isSame(encodeUtf8(text), bytes)) throw new TypeError("the text is no UTF-8");
    return !this.ignoreBOM && text.startsWith("\ufeff") ? text.slice(1) : text;
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
