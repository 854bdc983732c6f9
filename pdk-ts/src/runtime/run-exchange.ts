import { createReceivedReply, Reply, replyBody, replyEdits } from "../reply.ts";
import { RequestError } from "../request-error.ts";
import { Request, requestBody, requestEdits, requestProvided } from "../request.ts";
import { enterHook, leaveHook } from "./body.ts";
import type { HookReads } from "./reads.ts";
import { kindOf, printEdits, settle, type AuthorHook, type Output, type Runner } from "./runner.ts";
import { statusTitle } from "./status-title.ts";

/** Hooks that change an exchange, or look at a finished one. */

export function runBeforeRequest(call: AuthorHook, reads: HookReads): Runner {
  return runAnswering(call, reads, (answer, request) => {
    if (answer === undefined || answer === null) return printRequest(request);
    return printMade(answer, request, "beforeRequest must return a Reply, null or nothing");
  });
}

export function runProcessEndpoint(call: AuthorHook, reads: HookReads): Runner {
  return runAnswering(call, reads, (answer, request) =>
    printMade(answer, request, "processEndpoint must return a Reply"),
  );
}

/** A hook that may answer the request: a `RequestError` does, too. */
function runAnswering(
  call: AuthorHook,
  reads: HookReads,
  print: (answer: unknown, request: Request) => Output,
): Runner {
  return (head) => {
    const request = new Request(head, reads);
    enterHook(call, request);
    let answer: unknown;
    try {
      answer = call(request);
    } catch (thrown) {
      return printRefused(thrown, request);
    }
    // Most are synchronous, and need no functions made for them.
    if (!(answer instanceof Promise)) return print(answer, request);
    return answer.then(
      (settled) => print(settled, request),
      (thrown: unknown) => printRefused(thrown, request),
    );
  };
}

export function runAfterResponse(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    const reply = createReceivedReply(head, reads);
    enterHook(call, reply);
    return settle(call(request, reply), (answer) => {
      if (answer !== undefined && answer !== null) {
        throw new TypeError(
          `afterResponse changes the reply it is given and returns nothing; it returned ${kindOf(answer)}`,
        );
      }
      return printEdits(replyEdits(reply) + requestProvided(request), replyBody(reply));
    });
  };
}

export function runAuditLog(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    const reply = createReceivedReply(head, reads);
    enterHook(call, reply);
    return settle(call(request, reply), () => {
      leaveHook();
      if (replyEdits(reply) !== "" || replyBody(reply) !== undefined) {
        throw new TypeError("auditLog cannot change the reply: it has been sent");
      }
      if (requestProvided(request) !== "") {
        throw new TypeError("auditLog cannot provide a value: no plugin runs later");
      }
      return undefined;
    });
  };
}

function printRequest(request: Request): Output {
  return printEdits(requestEdits(request), requestBody(request));
}

/** A `RequestError` as the answer that it stands for; what else is thrown fails the call. */
function printRefused(thrown: unknown, request: Request): Output {
  if (!(thrown instanceof RequestError)) throw thrown;
  const { status, message: detail } = thrown;
  return printReply(Reply.problem(status, { title: statusTitle(status), detail }), request);
}

function printMade(answer: unknown, request: Request, expected: string): Output {
  if (answer instanceof Reply) return printReply(answer, request);
  throw new TypeError(`${expected}; it returned ${kindOf(answer)}`);
}

/** The edits of a reply made by the hook; of those of its request only the values provided stay. */
function printReply(reply: Reply, request: Request): Output {
  return printEdits(replyEdits(reply) + requestProvided(request), replyBody(reply));
}
