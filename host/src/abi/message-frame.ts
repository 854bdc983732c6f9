import type { MessageAnswer } from "../contracts/messages.ts";
import type { FrameParts } from "./exchange-frame.ts";
import { readLines, splitFrame } from "./frame-head.ts";
import { checkJsonLine } from "./json-line.ts";

/** What a message says of itself: JSON on one line by key. */
export type MessageFacts = readonly (readonly [key: string, json: string])[];

const NO_ANSWER: MessageAnswer = Object.freeze({
  state: undefined,
  close: false,
  bytes: undefined,
});

const STATE = "=state: ";

/** Prints what on_message and on_event are given (schemas/frames.abnf). */
export function printMessage(facts: MessageFacts, payload: Uint8Array): FrameParts {
  const lines = facts.map(([key, json]) => `:${key}: ${json}\n`);
  return { head: `${lines.join("")}\n`, body: payload };
}

/**
 * Reads what on_message returns. `bytes` may be lent. Throws `guest_output_malformed` with the line,
 * counted from 1, and the reason.
 */
export function readAnswer(bytes: Uint8Array): MessageAnswer {
  if (bytes.length === 0) return NO_ANSWER;
  const source = { hook: "on_message", frame: "answer" } as const;
  const { head, body } = splitFrame(bytes, source);
  let state: string | undefined;
  let close = false;
  readLines(head, source, (line) => {
    if (line === "!close") {
      if (close) return "a second !close";
      close = true;
      return undefined;
    }
    if (!line.startsWith(STATE)) return 'expected "!close" or "=state: " and JSON';
    if (state !== undefined) return "a second state";
    state = line.slice(STATE.length);
    const reason = checkJsonLine(state);
    return reason && `the state ${reason}`;
  });
  return { state, close, bytes: body };
}
