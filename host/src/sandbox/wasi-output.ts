import { Buffer } from "node:buffer";
import type { Kernel } from "../abi/kernel.ts";
import { ERRNO } from "../abi/wasi.ts";
import type { LogLevel } from "../lib/logger.ts";
import type { GuestLog } from "./guest-log.ts";

/** Real programs hand over two or three; each one costs a look at the guest's memory. */
const VECTORS_MAX = 1024;
const VECTOR_BYTES = 8;
/** An unfinished line this long is logged as it is. */
const LINE_BYTES_MAX = 4096;
/** What fd_write can say that it wrote. */
const WRITTEN_MAX = 0xffff_ffff;

/** Looking at a vector takes as long as copying so many bytes. */
const VECTOR_WORK = 200;

const LEVELS: Readonly<Record<number, LogLevel>> = { 1: "info", 2: "warn" };

type WriteResult =
  | { readonly kind: "written"; readonly bytes: number }
  | { readonly kind: "refused"; readonly errno: number };

/** Turns what a guest writes to stdout and stderr into log records, one a line. */
export class WasiOutput {
  readonly #log: GuestLog;
  readonly #kernel: Pick<Kernel, "countCopied">;
  readonly #pending = new Map<LogLevel, string>();

  /** `kernel` counts what is copied, so that it can be charged. */
  constructor(log: GuestLog, kernel: Pick<Kernel, "countCopied">) {
    this.#log = log;
    this.#kernel = kernel;
  }

  /** `vectors` points at pairs of address and length in the guest's memory. */
  write(
    fd: number,
    memory: DataView<ArrayBuffer>,
    vectors: { readonly address: number; readonly count: number },
  ): WriteResult {
    const level = LEVELS[fd];
    if (level === undefined) return { kind: "refused", errno: ERRNO.badf };
    if (vectors.count > VECTORS_MAX) return { kind: "refused", errno: ERRNO.inval };
    if (vectors.address > memory.byteLength - vectors.count * VECTOR_BYTES) {
      return { kind: "refused", errno: ERRNO.fault };
    }
    let bytes = 0;
    for (let index = 0; index < vectors.count; index++) {
      const vector = vectors.address + index * VECTOR_BYTES;
      const start = memory.getUint32(vector, true);
      const length = memory.getUint32(vector + 4, true);
      // What is beyond a line's length would be cut from the record anyway.
      const seen = Math.min(length, LINE_BYTES_MAX);
      this.#kernel.countCopied(VECTOR_WORK + seen);
      if (length > memory.byteLength || start > memory.byteLength - length) {
        return { kind: "refused", errno: ERRNO.fault };
      }
      bytes += length;
      if (bytes > WRITTEN_MAX) return { kind: "refused", errno: ERRNO.inval };
      this.#append(level, Buffer.from(memory.buffer, start, seen));
    }
    return { kind: "written", bytes };
  }

  /** Logs what came without a line feed. */
  flush(): void {
    if (this.#pending.size === 0) return;
    for (const [level, text] of this.#pending) this.#log.write(level, text);
    this.#pending.clear();
  }

  #append(level: LogLevel, bytes: Buffer): void {
    if (!this.#log.takes(level)) {
      // One record, whatever it is: nobody looks for its lines.
      this.#log.drop(level);
      return;
    }
    // Only what is new is searched: a line may come byte by byte.
    const [first = "", ...others] = bytes.toString("utf8").split("\n");
    let last = (this.#pending.get(level) ?? "") + first;
    for (const line of others) {
      this.#log.write(level, last);
      last = line;
    }
    this.#pending.delete(level);
    if (last.length > LINE_BYTES_MAX) this.#log.write(level, last);
    else if (last !== "") this.#pending.set(level, last);
  }
}
