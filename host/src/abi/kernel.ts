import { Buffer } from "node:buffer";
import { KERNEL_BASE64 } from "./kernel-bytes.ts";

/** Where the input's data lies: `$INPUT` of kernel.wat. */
const INPUT = 80;
/** State words of kernel.wat, as indexes of 32-bit words. */
const OUTPUT_OFFSET = 3;
const OUTPUT_LENGTH = 4;
const ERROR_BLOCK = 5;
const FAULT = 6;
const ZEROED = 8;
const STATE_WORDS = 16;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const UTF8_BYTES_MAX = 3;

/** Why the kernel stopped a guest; kernel.wat stores the place in this list, 0 is none. */
const FAULTS = [
  undefined,
  "load outside of live kernel memory",
  "store outside of live kernel memory",
  "load beyond the end of the input",
  "output_set with a range outside of live kernel memory",
  "error_set with an address that is no block",
  "free in a heap whose headers were overwritten",
  "alloc of more bytes than the fuel of the call is worth",
] as const;
const FAULT_FUEL = 7;

/** Zeroing memory costs what `memory.fill` costs: a unit of fuel for 8 bytes. */
const BYTES_SHIFT = 3;
/** What fits into the kernel's counter, with a block to spare. */
export const ZEROED_FUEL_MAX = 0x0800_0000;

/** What kernel.wat exports under the names of `extism:host/env`. */
export interface KernelFunctions {
  readonly alloc: (length: bigint) => bigint;
  readonly free: (address: bigint) => void;
  readonly length: (address: bigint) => bigint;
  readonly length_unsafe: (address: bigint) => bigint;
  readonly load_u8: (address: bigint) => number;
  readonly load_u64: (address: bigint) => bigint;
  readonly store_u8: (address: bigint, value: number) => void;
  readonly store_u64: (address: bigint, value: bigint) => void;
  readonly input_offset: () => bigint;
  readonly input_length: () => bigint;
  readonly input_load_u8: (offset: bigint) => number;
  readonly input_load_u64: (offset: bigint) => bigint;
  readonly output_set: (address: bigint, length: bigint) => void;
  readonly error_set: (address: bigint) => void;
  readonly error_get: () => bigint;
}

interface KernelExports extends KernelFunctions {
  readonly memory: WebAssembly.Memory;
  readonly open: (bytesMax: number) => void;
  readonly reserve: (length: number) => number;
  readonly begin: (length: number, zeroedBytesMax: number) => void;
}

/** Whether there are so many bytes to be had; they are taken then. */
type TakeMemory = (bytes: number) => boolean;

/** The most that kernel.wat's own memory can hold. */
export const KERNEL_BYTES_MAX: number = 256 * 65_536;

const NO_OUTPUT: Buffer<ArrayBuffer> = Buffer.alloc(0);

let compiled: WebAssembly.Module | undefined;

function kernelModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(Buffer.from(KERNEL_BASE64, "base64"));
  return compiled;
}

/** The host's side of one guest's kernel (kernel.wat): input in, output and error out, and blocks. */
export class Kernel {
  readonly #exports: KernelExports;
  #take: TakeMemory = () => true;
  /** Views of the kernel's memory; growing it detaches them all. */
  #buffer: Buffer<ArrayBuffer>;
  #bytes: Uint8Array<ArrayBuffer>;
  #state: Int32Array<ArrayBuffer>;
  #copied = 0;

  /** `bytesMax` bounds the heap: input, output and everything a guest allocates in one call. */
  constructor(bytesMax: number = KERNEL_BYTES_MAX) {
    const take = (bytes: number): number => (this.#take(bytes) ? 1 : 0);
    const { exports } = new WebAssembly.Instance(kernelModule(), { host: { take } });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- kernel.wat is ours, and tested
    this.#exports = exports as unknown as KernelExports;
    this.#exports.open(Math.min(bytesMax, KERNEL_BYTES_MAX));
    const { buffer } = this.#exports.memory;
    this.#buffer = Buffer.from(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#state = new Int32Array(buffer, 0, STATE_WORDS);
  }

  /** Before the kernel grows, it asks `take` from now on. */
  growBy(take: TakeMemory): void {
    this.#take = take;
  }

  /** The exports themselves: linked into a guest they stay calls from wasm to wasm. */
  get functions(): KernelFunctions {
    return this.#exports;
  }

  /** Bytes of memory this kernel holds. It never shrinks. */
  get memoryBytes(): number {
    this.#refresh();
    return this.#bytes.length;
  }

  /**
   * Starts a call: `head` as UTF-8 and `body` behind it become the input, everything of earlier calls
   * becomes unreachable. False when they do not fit into `lengthMax` bytes or into the heap. Zeroing
   * new blocks may cost so much fuel.
   */
  begin(
    head: string,
    body: Uint8Array | undefined,
    lengthMax: number,
    fuel: number = ZEROED_FUEL_MAX,
  ): boolean {
    const bodyLength = body?.length ?? 0;
    const room = this.#bytes.length - INPUT;
    // The bound is free, the exact length a pass over the text.
    let needed = head.length * UTF8_BYTES_MAX + bodyLength;
    if (needed > room || needed > lengthMax) needed = Buffer.byteLength(head) + bodyLength;
    if (needed > lengthMax || this.#exports.reserve(needed) === 0) return false;
    this.#refresh();
    const headLength = this.#buffer.write(head, INPUT, "utf8");
    if (body !== undefined) this.#bytes.set(body, INPUT + headLength);
    this.#exports.begin(headLength + bodyLength, Math.min(fuel, ZEROED_FUEL_MAX) << BYTES_SHIFT);
    return true;
  }

  /** Fuel that zeroing the blocks of this call cost. */
  get usedFuel(): number {
    return this.#word(ZEROED) >>> BYTES_SHIFT;
  }

  /** Whether it was too much, and the kernel stopped the guest. */
  get isOutOfFuel(): boolean {
    return this.#word(FAULT) === FAULT_FUEL;
  }

  get outputLength(): number {
    return this.#word(OUTPUT_LENGTH);
  }

  /**
   * Lends the output: the view is gone with the next call, so `read` copies what it keeps. Lending
   * saves the copy, which costs more than the rest of a call (an ArrayBuffer is 500 ns).
   */
  readOutput<T>(read: (output: Buffer) => T): T {
    const start = this.#word(OUTPUT_OFFSET);
    const length = this.#word(OUTPUT_LENGTH);
    return read(length === 0 ? NO_OUTPUT : this.#buffer.subarray(start, start + length));
  }

  /** The text the guest gave to error_set, cut after `bytesMax` bytes; undefined without one. */
  error(bytesMax: number): string | undefined {
    const block = this.#word(ERROR_BLOCK);
    return block === 0 ? undefined : this.readText(BigInt(block), bytesMax);
  }

  /** Why the kernel stopped the guest, if it did. */
  fault(): string | undefined {
    return FAULTS[this.#word(FAULT)];
  }

  /** Notes bytes that a host function copies for the guest. */
  countCopied(bytes: number): void {
    this.#copied += bytes;
  }

  /** Bytes that were copied by host functions since the last time. */
  takeCopied(): number {
    const copied = this.#copied;
    this.#copied = 0;
    return copied;
  }

  /** A block's bytes as text; undefined when `address` is no block. */
  readText(address: bigint, bytesMax: number): string | undefined {
    const range = this.#range(address);
    if (range === undefined) return undefined;
    const [start, end] = range;
    const cut = Math.min(end, start + bytesMax);
    this.countCopied(cut - start);
    return this.#buffer.toString("utf8", start, cut);
  }

  /** A copy of a block's bytes; undefined when `address` is no block. */
  readBytes(address: bigint): Uint8Array<ArrayBuffer> | undefined {
    const range = this.#range(address);
    if (range === undefined) return undefined;
    this.countCopied(range[1] - range[0]);
    return this.#bytes.slice(range[0], range[1]);
  }

  /**
   * Puts bytes into a new block; 0 when the heap is full. They count as copied all the same: the host
   * has read or drawn them, and a guest with a full heap must not have that for nothing.
   */
  store(bytes: Uint8Array): bigint {
    this.countCopied(bytes.length);
    const address = this.#exports.alloc(BigInt(bytes.length));
    if (address === 0n) return 0n;
    this.#refresh();
    this.#bytes.set(bytes, Number(address));
    return address;
  }

  free(address: bigint): void {
    this.#exports.free(address);
  }

  #range(address: bigint): readonly [start: number, end: number] | undefined {
    if (address === 0n) return undefined;
    const length = Number(this.#exports.length(address));
    // A block of length 0 and no block answer alike; neither has bytes to read.
    if (length === 0) return undefined;
    this.#refresh();
    return [Number(address), Number(address) + length];
  }

  #word(index: number): number {
    this.#refresh();
    return this.#state[index] ?? 0;
  }

  #refresh(): void {
    // A detached view has no length, one read of it is the cheapest way to see that memory grew.
    if (this.#bytes.length !== 0) return;
    const { buffer } = this.#exports.memory;
    this.#buffer = Buffer.from(buffer);
    this.#bytes = new Uint8Array(buffer);
    this.#state = new Int32Array(buffer, 0, STATE_WORDS);
  }
}
