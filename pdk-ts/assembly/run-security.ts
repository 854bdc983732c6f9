/** What the exports of hooks call that decide who a request is from, and whether it may pass. */
import { answerOf, callWith } from "./call-author";
import { closeFrame, openFrame } from "./frame";
import { outputText } from "./output";
import { HookReads } from "./reads";
import { Request } from "./request";
import { Verdict } from "./verdict";

export function runAuthenticate<T extends Function>(call: T, reads: HookReads): i32 {
  return decide<T>(call, reads, "authenticate", "identified");
}

export function runAuthorize<T extends Function>(call: T, reads: HookReads): i32 {
  return decide<T>(call, reads, "authorize", "allowed");
}

/** `outcome` is what the hook may answer beside `denied`. */
function decide<T extends Function>(
  call: T,
  reads: HookReads,
  author: string,
  outcome: string,
): i32 {
  openFrame();
  const request = new Request(reads);
  let verdict: Verdict | null = null;
  if (isVoid<ReturnType<T>>()) callWith<T>(call, request);
  else verdict = answerOf<T>(call, request);
  if (request.provided !== null) {
    throw new TypeError(
      `${author} cannot provide values: what is known of the subject goes into claims`,
    );
  }
  if (verdict !== null) {
    const found = verdict.outcome;
    if (found != outcome && found != "denied") {
      throw new TypeError(
        `${author} must return Verdict.${outcome}, Verdict.denied or null; it returned Verdict.${found}`,
      );
    }
    outputText(verdict.json);
  }
  closeFrame();
  return 0;
}
