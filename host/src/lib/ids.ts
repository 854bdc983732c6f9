import { randomBytes } from "node:crypto";

/** Makes request ids; tests hand in a counter. */
export type Ids = () => string;

const POOL_BYTES = 4096;
const ID_BYTES = 16;

/**
 * Random ids of 32 lowercase hex digits: the shape of a W3C trace id, so that a request without a
 * `traceparent` can use its own id as one. Bytes are drawn in bulk: one system call for 256 ids.
 */
export function createRandomIds(): Ids {
  let pool = "";
  let at = 0;
  return () => {
    if (at === pool.length) {
      pool = randomBytes(POOL_BYTES).toString("hex");
      at = 0;
    }
    const id = pool.slice(at, at + ID_BYTES * 2);
    at += ID_BYTES * 2;
    return id;
  };
}
