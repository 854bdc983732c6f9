/** A JSON body that is not what its source documents: names the value and what belongs there. */
export class BodyError extends Error {
  override readonly name = "BodyError";
  /** JSON pointer (RFC 6901) of the value; empty is the whole body. */
  readonly pointer: string;
  readonly expected: string;

  constructor(pointer: string, expected: string, found: string) {
    super(`${pointer === "" ? "the body" : pointer}: expected ${expected}, found ${found}`);
    this.pointer = pointer;
    this.expected = expected;
  }
}
