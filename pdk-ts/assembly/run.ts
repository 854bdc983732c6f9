/** What the exports of a plugin call: the build writes one such call for each hook of plugin.yaml. */
import { Body } from "./body";
import { frameToBlock } from "./frame-block";
import { closeFrame, openFrame, status } from "./frame";
import { checkHead } from "./header-edits";
import { PluginHealth } from "./health";
import { quote } from "./json";
import * as kernel from "./kernel";
import { Lines } from "./lines";
import { HookReads } from "./reads";
import { Reply } from "./reply";
import { Request } from "./request";
import { outgoingLength, textToBlock } from "./transfer";

export { HookReads, Names } from "./reads";

export function runInitialize<T extends Function>(call: T): i32 {
  call();
  return 0;
}

export function runHealthCheck<T extends Function>(call: T): i32 {
  const health: PluginHealth = call();
  const status = health.status;
  const message = health.message;
  if (status != "healthy" && status != "degraded" && status != "unhealthy") {
    throw new TypeError(
      `healthCheck must return { status: "healthy" | "degraded" | "unhealthy" }; its status was ${quote(status)}`,
    );
  }
  const end = message === null ? "}" : `,"message":${quote(message)}}`;
  const block = textToBlock(`{"status":${quote(status)}${end}`);
  if (block == 0) throw noRoom();
  kernel.outputSet(block, outgoingLength());
  return 0;
}

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
  if (lengthof<T>() == 0) call();
  else if (lengthof<T>() == 1) call(request);
  else call(request, reply);
  print(reply.edits, request, reply.body);
  closeFrame();
  return 0;
}

/** An author's function may leave its parameter out. */
function callWith<T extends Function>(call: T, request: Request): void {
  if (lengthof<T>() == 0) call();
  else call(request);
}

function answerOf<T extends Function>(call: T, request: Request): ReturnType<T> {
  if (lengthof<T>() == 0) return call();
  return call(request);
}

/** Sets the output: edits, then what `request` gives to later plugins, then the body. */
function print(edits: Lines, request: Request, body: Body | null): void {
  const provided = request.provided;
  if (provided !== null) edits.lines(provided);
  checkHead(edits);
  if (body === null && edits.length == 0) return;
  const block = frameToBlock(edits, body);
  if (block == 0) throw noRoomFor(body);
  kernel.outputSet(block, kernel.lengthOf(block));
}

function noRoomFor(body: Body | null): Error {
  if (body !== null) {
    const bytes = body.bytes;
    if (bytes !== null) {
      return new RangeError(`a body of ${bytes.byteLength} bytes is larger than the host takes`);
    }
  }
  return noRoom();
}

function noRoom(): Error {
  return new Error("the output is larger than the host takes: return a smaller body");
}
