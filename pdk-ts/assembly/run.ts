/**
 * What the exports of a plugin call: the build writes one such call for each hook of plugin.yaml.
 * These are given an exchange frame, as are those of run-security.ts.
 */
import { beginAnswer, print } from "./answer";
import { answerOf, callWith } from "./call-author";
import { closeFrame, openFrame, status } from "./frame";
import { HookReads } from "./reads";
import { Reply } from "./reply";
import { Request } from "./request";

export function runBeforeRequest<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  const request = new Request(reads);
  beginAnswer(request);
  if (isVoid<ReturnType<T>>()) {
    callWith<T>(call, request);
    print(request.edits, request, request.body);
  } else {
    const reply: Reply | null = answerOf<T>(call, request);
    if (reply === null) print(request.edits, request, request.body);
    else print(reply.edits, request, reply.body);
  }
  closeFrame();
  return 0;
}

export function runProcessEndpoint<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  const request = new Request(reads);
  beginAnswer(request);
  const reply: Reply = answerOf<T>(call, request);
  print(reply.edits, request, reply.body);
  closeFrame();
  return 0;
}

export function runAfterResponse<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  const request = new Request(reads);
  const reply = new Reply(status(), reads);
  callWithReply<T>(call, request, reply);
  print(reply.edits, request, reply.body);
  closeFrame();
  return 0;
}

export function runAuditLog<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  const request = new Request(reads);
  const reply = new Reply(status(), reads);
  callWithReply<T>(call, request, reply);
  if (reply.edits.length > 0 || reply.body !== null) {
    throw new TypeError("auditLog cannot change the reply: it has been sent");
  }
  if (request.provided !== null) {
    throw new TypeError("auditLog cannot provide a value: no plugin runs later");
  }
  closeFrame();
  return 0;
}

/** An author's function may leave its parameters out. */
function callWithReply<T extends Function>(call: T, request: Request, reply: Reply): void {
  if (lengthof<T>() == 0) call();
  else if (lengthof<T>() == 1) call(request);
  else call(request, reply);
}
