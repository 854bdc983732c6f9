import { checkWhole } from "./runtime/arguments.ts";
import { callForBytes, findService } from "./runtime/service.ts";
import { printUuid } from "./runtime/uuid.ts";

/** Random bytes that nobody can guess. Needs `capabilities: { random: {} }`. */
export interface Random {
  /** At most 65536 at a time. */
  bytes(length: number): Uint8Array;
  /** A random UUID (RFC 9562, version 4). */
  uuid(): string;
}

const BYTES = findService("bw_random_bytes");
const UUID_BYTES = 16;

export const random: Random = {
  bytes: (length) => callForBytes(BYTES, checkWhole("a length", length)) ?? new Uint8Array(0),
  uuid: () => printUuid(random.bytes(UUID_BYTES)),
};
