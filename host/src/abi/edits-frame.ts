import { NO_EDITS, type Edits } from "../contracts/exchange.ts";
import type { EditsHookName } from "../contracts/hooks.ts";
import { readEditLine, type EditsDraft } from "./edit-line.ts";
import { readLines, splitFrame } from "./frame-head.ts";

/**
 * Reads what a hook wants changed (schemas/frames.abnf). `bytes` may be lent: nothing of them is
 * kept. Throws `guest_output_malformed` with the line, counted from 1, and the reason.
 */
export function readEdits(bytes: Uint8Array, hook: EditsHookName): Edits {
  if (bytes.length === 0) return NO_EDITS;
  const source = { hook, frame: "edits frame" };
  const { head, body } = splitFrame(bytes, source);
  const draft: EditsDraft = {
    hook,
    status: undefined,
    headers: [],
    target: undefined,
    context: [],
  };
  readLines(head, source, (line) => readEditLine(line, draft));
  const { status, headers, target, context } = draft;
  return { status, headers, target, context, body };
}
