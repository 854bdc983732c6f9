import { assert } from "./assert.ts";
import { BackworksError, BackworksErrors } from "./errors.ts";

/**
 * One error in the place of several, for who can show only one: it is the first, with the texts of
 * all; `partsOf` takes it apart again.
 */
export function joinErrors(errors: readonly BackworksError[]): BackworksError {
  const [first] = errors;
  assert(first !== undefined, "there is an error to show");
  if (errors.length === 1) return first;
  const cause = new BackworksErrors(errors);
  const { code, details, position } = first;
  return new BackworksError(code, cause.message, { cause, details, ...(position && { position }) });
}

/** All that was joined, or thrown at once. */
export function partsOf(thrown: BackworksError | BackworksErrors): readonly BackworksError[] {
  if (thrown instanceof BackworksErrors) return thrown.errors.flatMap(partsOf);
  return thrown.cause instanceof BackworksErrors ? partsOf(thrown.cause) : [thrown];
}
