import { leaveHook, runningHook } from "./body.ts";
import { adviseMissing } from "./missing-globals.ts";
import { SOURCE_LINES } from "./native.ts";
import type { AuthorHook } from "./runner.ts";
import { mapStack, placeOfFunction } from "./stack.ts";

/** Why a call failed: the second argument the engine passes (engine/glue/call.ts). */
const REASON = { thrown: 0, pending: 1, noRoom: 2, unhandled: 3 } as const;

/** A line of `mapStack`. */
const FRAME = "\n    at ";

const CAUSES_MAX = 3;
const MESSAGE_LENGTH_MAX = 2_000;

/** The text for `error_set`: `Name: message`, then where it happened in the author's source. */
export function printThrown(thrown: unknown, reason: number): string {
  const hook = runningHook();
  leaveHook();
  if (reason === REASON.pending) {
    return `Error: the hook did not settle: the promise it returned waits for something that cannot happen within the call${printHook(hook)}`;
  }
  if (reason === REASON.noRoom) {
    return "Error: the output is larger than the host takes: return a smaller body";
  }
  let text = printOne(thrown);
  // What has no stack, and what the kit itself throws, tell no place: the hook's is the nearest.
  if (!text.includes(FRAME)) text += printHook(hook);
  let cause = causeOf(thrown);
  for (let i = 0; i < CAUSES_MAX && cause !== undefined; i++) {
    text += `\ncaused by ${printOne(cause)}`;
    cause = causeOf(cause);
  }
  if (reason === REASON.unhandled) {
    text += "\nnothing handles this: await the promise that is rejected, or catch it";
  }
  return text.toWellFormed();
}

function printHook(hook: AuthorHook | undefined): string {
  const place = hook && placeOfFunction(hook, SOURCE_LINES);
  return place === undefined ? "" : `\n    in the function at ${place}`;
}

function causeOf(thrown: unknown): unknown {
  return thrown instanceof Error ? thrown.cause : undefined;
}

function printOne(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `Thrown: ${shorten(describe(thrown))}`;
  const advice = adviseMissing(thrown.message);
  const message = shorten(thrown.message) + (advice === undefined ? "" : ` (${advice})`);
  const title = `${thrown.name}: ${message}`;
  const frames = mapStack(thrown.stack ?? "", SOURCE_LINES);
  return [title, ...frames].join("\n");
}

function shorten(text: string): string {
  return text.length <= MESSAGE_LENGTH_MAX ? text : `${text.slice(0, MESSAGE_LENGTH_MAX)}…`;
}

/** Anything at all in one line of text: never throws. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
