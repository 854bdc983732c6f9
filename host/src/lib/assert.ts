/** Thrown by `assert`: the host itself is wrong. Only the top of the process may catch it. */
export class AssertionError extends Error {
  override readonly name = "AssertionError";
}

/** States what the code relies on; a failure is our bug, never the user's. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Makes a `switch` over a union exhaustive: the compiler refuses a forgotten case. */
export function assertNever(value: never, what: string): never {
  throw new AssertionError(`unexpected ${what}: ${JSON.stringify(value)}`);
}
