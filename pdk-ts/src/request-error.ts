const STATUS_MIN = 400;
const STATUS_MAX = 499;

/**
 * A request that its client has to put right: `throw new RequestError(422, "the order has no id")`.
 * Where `beforeRequest` or `processEndpoint` throws it, the request is answered with its status and
 * message as `application/problem+json` (RFC 9457), and nothing has failed; of other hooks it fails
 * the call as any error does.
 */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** 400 to 499. */
  readonly status: number;

  /** The client is shown the detail. */
  constructor(status: number, detail: string) {
    if (!Number.isInteger(status) || status < STATUS_MIN || status > STATUS_MAX) {
      throw new RangeError(
        `a request that the client has to put right is answered with ${STATUS_MIN} to ${STATUS_MAX}, not ${String(status)}`,
      );
    }
    super(detail);
    this.status = status;
  }
}
