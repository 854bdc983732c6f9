import type { PluginHealth } from "../health.ts";
import { createReceivedReply, Reply, replyBody, replyEdits } from "../reply.ts";
import { Request, requestBody, requestEdits, requestProvided } from "../request.ts";
import { lendBody, type BodyInput } from "./body.ts";
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

const HEALTH_STATUSES: ReadonlySet<unknown> = new Set(["healthy", "degraded", "unhealthy"]);

export const RUNNERS: Readonly<Record<string, RunnerMaker>> = {
  initialize: (call) => () => settle(call(), () => undefined),
  health_check: (call) => () => settle(call(), printHealth),
  before_request: runBeforeRequest,
  process_endpoint: runProcessEndpoint,
  after_response: runAfterResponse,
};

function runBeforeRequest(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    lendBody(request);
    const answer = call(request);
    if (answer === undefined || answer === null) return printRequest(request);
    return settle(answer, (settled) => {
      if (settled === undefined || settled === null) return printRequest(request);
      return printMade(settled, request, "beforeRequest must return a Reply, null or nothing");
    });
  };
}

function runProcessEndpoint(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    lendBody(request);
    return settle(call(request), (answer) =>
      printMade(answer, request, "processEndpoint must return a Reply"),
    );
  };
}

function runAfterResponse(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    const reply = createReceivedReply(head, reads);
    lendBody(reply);
    return settle(call(request, reply), (answer) => {
      if (answer !== undefined && answer !== null) {
        throw new TypeError(
          `afterResponse changes the reply it is given and returns nothing; it returned ${kindOf(answer)}`,
        );
      }
      return print(replyEdits(reply) + requestProvided(request), replyBody(reply));
    });
  };
}

/** A synchronous hook pays nothing for those that are not. */
function settle(answer: unknown, finish: (answer: unknown) => Output): Output | Promise<Output> {
  return answer instanceof Promise ? answer.then(finish) : finish(answer);
}

function printRequest(request: Request): Output {
  return print(requestEdits(request), requestBody(request));
}

/** The edits of a reply made by the hook; of those of its request only the values provided stay. */
function printMade(answer: unknown, request: Request, expected: string): Output {
  if (!(answer instanceof Reply)) {
    throw new TypeError(`${expected}; it returned ${kindOf(answer)}`);
  }
  return print(replyEdits(answer) + requestProvided(request), replyBody(answer));
}

function print(edits: string, body: BodyInput | undefined): Output {
  lendBody(undefined);
  checkHead(edits);
  if (body === undefined) return edits === "" ? undefined : edits;
  if (typeof body === "string") return `${edits}\n${body}`;
  if (writeOutputWithBytes(`${edits}\n`, body)) return undefined;
  throw new RangeError(`a body of ${body.length} bytes is larger than the host takes`);
}

function printHealth(answer: unknown): Output {
  if (isHealth(answer)) return JSON.stringify(answer);
  throw new TypeError(
    `healthCheck must return { status: "healthy" | "degraded" | "unhealthy" }; it returned ${describe(answer)}`,
  );
}

function isHealth(answer: unknown): answer is PluginHealth {
  if (typeof answer !== "object" || answer === null || !("status" in answer)) return false;
  return HEALTH_STATUSES.has(answer.status);
}

function kindOf(value: unknown): string {
  if (value instanceof Reply) return "a Reply";
  return typeof value === "object" ? "an object" : describe(value);
}
