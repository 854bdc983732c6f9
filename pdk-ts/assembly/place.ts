/** Which of the author's functions has called the bindings; the build makes the file it imports. */
import { fileOf } from "./author-files";

/** Set by the build (mark-callers.ts) in each of them: the number of its file, then its line; or 0. */
export let place: i32 = 0;

const LINE_BITS: i32 = 20;

/** A new call of a hook begins: what an earlier one was doing when it ended says nothing. */
export function forgetPlace(): void {
  place = 0;
}

/** A line for an error's text. */
export function placeText(): string {
  if (place == 0) return "";
  const line = place & ((1 << LINE_BITS) - 1);
  return `\n    in the function at ${fileOf(place >>> LINE_BITS)}:${line}`;
}
