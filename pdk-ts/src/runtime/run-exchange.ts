import { createReceivedReply, Reply, replyBody, replyEdits } from "../reply.ts";
import { Request, requestBody, requestEdits, requestProvided } from "../request.ts";
import { lendBody } from "./body.ts";
import type { HookReads } from "./reads.ts";
import { kindOf, printEdits, settle, type AuthorHook, type Output, type Runner } from "./runner.ts";

/** Hooks that change an exchange, or look at a finished one. */

export function runBeforeRequest(call: AuthorHook, reads: HookReads): Runner {
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

export function runProcessEndpoint(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    lendBody(request);
    return settle(call(request), (answer) =>
      printMade(answer, request, "processEndpoint must return a Reply"),
    );
  };
}

export function runAfterResponse(call: AuthorHook, reads: HookReads): Runner {
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
      return printEdits(replyEdits(reply) + requestProvided(request), replyBody(reply));
    });
  };
}

export function runAuditLog(call: AuthorHook, reads: HookReads): Runner {
  return (head) => {
    const request = new Request(head, reads);
    const reply = createReceivedReply(head, reads);
    lendBody(reply);
    return settle(call(request, reply), () => {
      lendBody(undefined);
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

/** The edits of a reply made by the hook; of those of its request only the values provided stay. */
function printMade(answer: unknown, request: Request, expected: string): Output {
  if (!(answer instanceof Reply)) {
    throw new TypeError(`${expected}; it returned ${kindOf(answer)}`);
  }
  return printEdits(replyEdits(answer) + requestProvided(request), replyBody(answer));
}
