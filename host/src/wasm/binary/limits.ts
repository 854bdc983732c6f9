import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Core spec 5.3.7 with the flags of threads (2), memory64 (4) and custom page sizes (8). */
export interface Limits {
  readonly min: bigint;
  readonly max: bigint | undefined;
  readonly shared: boolean;
  /** Addresses and sizes are 64 bits wide. */
  readonly wide: boolean;
  /** Only with custom page sizes: the logarithm of a page's bytes. */
  readonly pageSizeLog2: number | undefined;
}

const HAS_MAX = 1;
const SHARED = 2;
const WIDE = 4;
const PAGE_SIZE = 8;

export function readLimits(reader: ByteReader): Limits {
  const flags = reader.u8();
  if (flags > 0x0f) throw reader.malformed(`${flags} are no limits flags`, reader.offset - 1);
  const wide = (flags & WIDE) !== 0;
  const readSize = (): bigint => (wide ? reader.u64() : BigInt(reader.u32()));
  return {
    min: readSize(),
    max: (flags & HAS_MAX) !== 0 ? readSize() : undefined,
    shared: (flags & SHARED) !== 0,
    wide,
    pageSizeLog2: (flags & PAGE_SIZE) !== 0 ? reader.u32() : undefined,
  };
}

export function writeLimits(writer: ByteWriter, limits: Limits): void {
  const { max, pageSizeLog2 } = limits;
  writer.u8(
    (max === undefined ? 0 : HAS_MAX) |
      (limits.shared ? SHARED : 0) |
      (limits.wide ? WIDE : 0) |
      (pageSizeLog2 === undefined ? 0 : PAGE_SIZE),
  );
  writer.u64(limits.min);
  if (max !== undefined) writer.u64(max);
  if (pageSizeLog2 !== undefined) writer.u32(pageSizeLog2);
}

/** The same limits with a maximum of at most `cap`; `ceiling` is the most that 32 bits can say. */
export function capLimits(limits: Limits, cap: number, ceiling: number): Limits {
  if (!limits.wide && cap >= ceiling) return limits;
  const max = BigInt(cap);
  return limits.max !== undefined && limits.max <= max ? limits : { ...limits, max };
}
