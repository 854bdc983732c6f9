/**
 * What the exports of a plugin call: the build writes one such call for each hook of plugin.yaml.
 * These are given an exchange frame; those of run-plain.ts and run-message.ts are not.
 */
import { Body } from "./body";
import { closeFrame, openFrame, status } from "./frame";
import { checkHead } from "./header-edits";
import { Lines } from "./lines";
import { outputFrame, outputText } from "./output";
import { HookReads } from "./reads";
import { Reply } from "./reply";
import { Request } from "./request";
import { Verdict } from "./verdict";

export function runBeforeRequest<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  const request = new Request(reads);
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

/** `authenticate` and `authorize`. */
export function runVerdict<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  const request = new Request(reads);
  if (isVoid<ReturnType<T>>()) {
    callWith<T>(call, request);
  } else {
    const verdict: Verdict | null = answerOf<T>(call, request);
    if (verdict !== null) outputText(verdict.json);
  }
  closeFrame();
  return 0;
}

export function runAuditLog<T extends Function>(call: T, reads: HookReads): i32 {
  openFrame();
  callWithReply<T>(call, new Request(reads), new Reply(status(), reads));
  closeFrame();
  return 0;
}

/** An author's function may leave its parameters out. */
function callWith<T extends Function>(call: T, request: Request): void {
  if (lengthof<T>() == 0) call();
  else call(request);
}

function answerOf<T extends Function>(call: T, request: Request): ReturnType<T> {
  if (lengthof<T>() == 0) return call();
  return call(request);
}

function callWithReply<T extends Function>(call: T, request: Request, reply: Reply): void {
  if (lengthof<T>() == 0) call();
  else if (lengthof<T>() == 1) call(request);
  else call(request, reply);
}

/** Sets the output: edits, then what `request` gives to later plugins, then the body. */
function print(edits: Lines, request: Request, body: Body | null): void {
  const provided = request.provided;
  if (provided !== null) edits.lines(provided);
  checkHead(edits);
  outputFrame(edits, body);
}
