import { Request, requestProvided } from "../request.ts";
import { printVerdict, Verdict, verdictOutcome, type Outcome } from "../verdict.ts";
import { enterHook, leaveHook } from "./body.ts";
import type { HookReads } from "./reads.ts";
import { kindOf, settle, type AuthorHook, type Runner } from "./runner.ts";

/** Hooks that decide who a request is from, and whether it may pass. */

export function runAuthenticate(call: AuthorHook, reads: HookReads): Runner {
  return runDecision(call, reads, { author: "authenticate", outcome: "identified" });
}

export function runAuthorize(call: AuthorHook, reads: HookReads): Runner {
  return runDecision(call, reads, { author: "authorize", outcome: "allowed" });
}

interface Decision {
  readonly author: string;
  /** What it may answer beside `denied`. */
  readonly outcome: Outcome;
}

function runDecision(call: AuthorHook, reads: HookReads, decision: Decision): Runner {
  return (head) => {
    const request = new Request(head, reads);
    enterHook(call, request);
    return settle(call(request), (answer) => {
      leaveHook();
      if (requestProvided(request) !== "") {
        throw new TypeError(
          `${decision.author} cannot provide values: what is known of the subject goes into claims`,
        );
      }
      return answer === undefined || answer === null ? undefined : print(answer, decision);
    });
  };
}

function print(answer: unknown, { author, outcome }: Decision): string {
  if (!(answer instanceof Verdict)) {
    throw new TypeError(`${author} must return a Verdict or null; it returned ${kindOf(answer)}`);
  }
  const found = verdictOutcome(answer);
  if (found === outcome || found === "denied") return printVerdict(answer);
  throw new TypeError(
    `${author} must return Verdict.${outcome}, Verdict.denied or null; it returned Verdict.${found}`,
  );
}
