import { assert } from "./assert.ts";
import { BackworksError, BackworksErrors } from "./errors.ts";
import type { ErrorCode } from "./errors.ts";

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

/** The same of what was thrown, which may be one already. A bug is thrown on. */
export function asOne(thrown: unknown): BackworksError {
  return thrown instanceof BackworksError ? thrown : joinErrors(partsOf(thrown));
}

/** All that was joined, or thrown at once. A bug is thrown on. */
export function partsOf(thrown: unknown): readonly BackworksError[] {
  if (thrown instanceof BackworksErrors) return thrown.errors.flatMap(partsOf);
  if (!(thrown instanceof BackworksError)) throw thrown;
  return thrown.cause instanceof BackworksErrors ? partsOf(thrown.cause) : [thrown];
}

/** What a check throws: nothing when all is well. */
export function problemsOf(check: () => unknown): readonly BackworksError[] {
  try {
    check();
    return [];
  } catch (thrown) {
    return partsOf(thrown);
  }
}

/** What was thrown under another code, for people to whom all of it is one thing. A bug is thrown on. */
export function recode(code: ErrorCode, thrown: unknown): BackworksErrors {
  return new BackworksErrors(
    partsOf(thrown).map(
      (cause) =>
        new BackworksError(code, cause.message, {
          cause,
          ...(cause.position && { position: cause.position }),
        }),
    ),
  );
}
