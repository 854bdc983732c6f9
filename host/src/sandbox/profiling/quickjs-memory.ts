import { Buffer } from "node:buffer";
import { CONTEXT, OBJECT, RUNTIME, SHAPE, STRING, TAG_STRING } from "./quickjs-layout.ts";

/** A name and flags, and a value: both take so many bytes. */
const PROPERTY_BYTES = 8;

const WIDE = 0x8000_0000;
const LENGTH = 0x0fff_ffff;

/** `length` and `name` come first in every function. */
const NAME_AMONG = 4;
/** Names in a profile are cut here. */
const NAME_UNITS_MAX = 200;

/** Texts and names in the memory of QuickJS. Outside of it, all words are 0. */
export class QuickJsMemory {
  readonly #memory: WebAssembly.Memory;
  #view: DataView<ArrayBuffer>;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#view = new DataView(memory.buffer);
  }

  word(address: number): number {
    const { buffer } = this.#memory;
    // Growing makes it another one.
    if (buffer !== this.#view.buffer) this.#view = new DataView(buffer);
    const at = address >>> 0;
    return at + 4 <= this.#view.byteLength ? this.#view.getUint32(at, true) : 0;
  }

  /** A view; without any bytes when they do not all lie in the memory. */
  bytes(address: number, length: number): Uint8Array {
    const { buffer } = this.#memory;
    const at = address >>> 0;
    return at + length <= buffer.byteLength
      ? new Uint8Array(buffer, at, length)
      : new Uint8Array(0);
  }

  /** The text of an atom: an interned string. Undefined when there is no such atom. */
  atom(context: number, atom: number): string | undefined {
    const runtime = this.word(context + CONTEXT.runtime);
    if (atom >= this.word(runtime + RUNTIME.atomSize)) return undefined;
    return this.#text(this.word(this.word(runtime + RUNTIME.atoms) + atom * 4));
  }

  /** The own property `name` of an object, if it is a text. */
  nameOf(context: number, object: number): string | undefined {
    const shape = this.word(object + OBJECT.shape);
    const values = this.word(object + OBJECT.properties);
    const count = Math.min(this.word(shape + SHAPE.count), NAME_AMONG);
    for (let index = 0; index < count; index++) {
      const key = this.word(shape + SHAPE.properties + index * PROPERTY_BYTES + 4);
      if (this.atom(context, key) !== "name") continue;
      const value = values + index * PROPERTY_BYTES;
      const isText = (this.word(value + 4) | 0) === TAG_STRING;
      return isText ? this.#text(this.word(value)) : undefined;
    }
    return undefined;
  }

  #text(string: number): string | undefined {
    const word = this.word(string + STRING.length);
    const isWide = (word & WIDE) !== 0;
    const units = Math.min(word & LENGTH, NAME_UNITS_MAX);
    const bytes = isWide ? units * 2 : units;
    const start = string + STRING.text;
    if (string === 0 || start + bytes > this.#view.byteLength) return undefined;
    return Buffer.from(this.#view.buffer, start, bytes).toString(isWide ? "utf16le" : "latin1");
  }
}
