import { Reply } from "../reply.ts";
import { leaveHook, type BodyInput } from "./body.ts";
import { checkHead } from "./edit-lines.ts";
import { describe } from "./failure.ts";
import { writeOutputWithBytes } from "./native.ts";
import type { HookReads } from "./reads.ts";

/** What the engine takes from a hook: text for the output, or nothing. */
export type Output = string | undefined;

/** What the engine calls: its input as text, or the head of its frame. */
export type Runner = (input: string) => Output | Promise<Output>;

/** An author's function: nothing is known of it but that it is one. */
export type AuthorHook = (...parameters: readonly unknown[]) => unknown;

/** Makes an author's function into what the engine calls. */
export type RunnerMaker = (call: AuthorHook, reads: HookReads) => Runner;

/** A synchronous hook pays nothing for those that are not. */
export function settle(
  answer: unknown,
  finish: (answer: unknown) => Output,
): Output | Promise<Output> {
  return answer instanceof Promise ? answer.then(finish) : finish(answer);
}

/** A frame of edits, and the body behind it. */
export function printEdits(edits: string, body: BodyInput | undefined): Output {
  leaveHook();
  checkHead(edits);
  if (body === undefined) return edits === "" ? undefined : edits;
  return printBody(`${edits}\n`, body);
}

/** A head, and any bytes behind it. */
export function printBody(head: string, body: BodyInput): Output {
  if (typeof body === "string") return head + body;
  if (writeOutputWithBytes(head, body)) return undefined;
  throw new RangeError(`a body of ${body.length} bytes is larger than the host takes`);
}

/** Of what an author's function has returned, for a message. */
export function kindOf(value: unknown): string {
  if (value instanceof Reply) return "a Reply";
  return typeof value === "object" && value !== null ? "an object" : describe(value);
}
