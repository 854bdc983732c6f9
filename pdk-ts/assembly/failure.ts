import { errorSet, raise } from "./kernel";
import { placeText } from "./place";
import { textToBlock } from "./transfer";

const MESSAGE_LENGTH_MAX: i32 = 2000;
/** What a hook answers whose text `error_set` has been given. */
const FAILED: i32 = 1;

/** Static, so that it is lazy: the compiler meets `abort` before all that the runtime starts with. */
class State {
  /** Making the message can fail, too. */
  static isFailing: bool = false;
}

/**
 * What the compiler calls where something is thrown: `error_set` is given the message and the
 * author's place. Places in the bindings themselves say nothing to an author: there it is the
 * function that has called them.
 */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  if (!State.isFailing) {
    State.isFailing = true;
    errorSet(textToBlock(describe(message, file, line, column)));
  }
  State.isFailing = false;
  raise(FAILED);
}

function describe(message: string | null, file: string | null, line: u32, column: u32): string {
  let text = message !== null && message.length > 0 ? message : "Error";
  if (text.length > MESSAGE_LENGTH_MAX) text = text.substring(0, MESSAGE_LENGTH_MAX) + "…";
  if (file !== null && !file.startsWith("~lib/@backworks/")) {
    return `${text}\n    at ${file}:${line}:${column}`;
  }
  return text + placeText();
}
