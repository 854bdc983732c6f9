import { giveWhole, takeBytes } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";

const UUID_BYTES: i32 = 16;

/** Random numbers fit for keys. Needs `capabilities: { random: {} }`. */
export namespace random {
  /** At most 65,536 at a time. */
  export function bytes(length: f64): Uint8Array {
    return takeBytes(resultOf(host.randomBytes(giveWhole("a length", length))));
  }

  /** A UUID of version 4 (RFC 9562), in lower case. */
  export function uuid(): string {
    const drawn = bytes(UUID_BYTES);
    drawn[6] = (drawn[6] & 0x0f) | 0x40;
    drawn[8] = (drawn[8] & 0x3f) | 0x80;
    let text = "";
    for (let i = 0; i < UUID_BYTES; i++) {
      if (i == 4 || i == 6 || i == 8 || i == 10) text += "-";
      text += drawn[i].toString(16).padStart(2, "0");
    }
    return text;
  }
}
