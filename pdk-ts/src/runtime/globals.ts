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

/** `TextEncoder` without `encodeInto`. */
class Utf8Encoder {
  readonly encoding = "utf-8";

  encode(text = ""): Uint8Array {
    return encodeUtf8(text.toWellFormed());
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

function bytesOf(input: ArrayBuffer | ArrayBufferView): Uint8Array {
  if (input instanceof Uint8Array) return input;
  if (!ArrayBuffer.isView(input)) return new Uint8Array(input);
  return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
