/** What one client may cost before any route is known. Sizes of bodies are in `server.bodyBytesMax`. */
export interface HttpLimits {
  /** Request line and headers together; a longer head is answered with 431. */
  readonly headBytesMax: number;
  readonly headersMax: number;
  /** From the first byte to the end of the head: a slow loris is cut off here. */
  readonly headTimeoutMs: number;
  /** From the first byte to the end of the body. */
  readonly requestTimeoutMs: number;
  /** How long an idle connection is kept for the next request. */
  readonly keepAliveMs: number;
  /** How long nothing may move on a connection that is in use: who stops reading is cut off. */
  readonly stallTimeoutMs: number;
  /** How often head and request time-outs are looked at. */
  readonly checkIntervalMs: number;
  readonly connectionsMax: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  headBytesMax: 16 * 1024,
  headersMax: 100,
  headTimeoutMs: 10_000,
  requestTimeoutMs: 60_000,
  keepAliveMs: 5_000,
  // Longer than any handler may think, during which nothing moves either.
  stallTimeoutMs: 120_000,
  checkIntervalMs: 1_000,
  // An open connection costs about 20 KiB: this many are 200 MiB.
  connectionsMax: 10_000,
};
