/**
 * What a plugin finds in the global object beside the JavaScript language itself. There is no DOM
 * and no Node: name this in `types` of a plugin's tsconfig and the editor knows.
 */

interface Console {
  debug(...values: unknown[]): void;
  log(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
}

/** Writes to the host's log; `log` of `@backworks/pdk` does the same for one text. */
declare var console: Console;

/** Encodes UTF-8. */
declare class TextEncoder {
  readonly encoding: string;
  encode(text?: string): Uint8Array;
}

/** Decodes UTF-8, and nothing else. */
declare class TextDecoder {
  constructor(label?: "utf-8" | "utf8", options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBuffer | ArrayBufferView): string;
}

/** Runs a function before the hook ends. */
declare function queueMicrotask(callback: () => void): void;

/**
 * Whole and floating numbers of a size, which the `fast` target has. To `full`, and to the editor,
 * each is a number: write them where a source for both targets counts or indexes.
 */
type i32 = number;
type u32 = number;
type u8 = number;
type f64 = number;
