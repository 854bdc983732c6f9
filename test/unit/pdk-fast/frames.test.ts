import { Buffer } from "node:buffer";
import { test } from "vitest";
import { EDITS_CASES, FRAME_CASES } from "../../support/frame-cases.ts";
import {
  expectProbeReads,
  expectProbeWrites,
  PROBE_HOOKS,
  type CallProbe,
} from "../../support/line-probe.ts";
import { startFor } from "./fast-plugins.ts";

/** The probe of line-probe.ts for the fast target. */
const PROBE = `
import { config, Reply, Request } from "@backworks/pdk";

function plan(): string[] {
  const text = config.get("plan");
  return text === null || text === "" ? [] : text.split("\\n");
}

function show(value: string | null): string {
  return value === null ? "null" : encodeURIComponent(value);
}

function showAll(values: string[]): string {
  let text = "";
  for (let i = 0; i < values.length; i++) text += " " + show(values[i]);
  return text;
}

function look(request: Request, reply: Reply | null): string {
  let text = "request " + request.method + showAll([request.target]) + "\\n";
  text += "facts" + showAll([request.id, request.route, request.client]) + "\\n";
  if (reply !== null) text += "status " + reply.status.toString() + "\\n";
  const lines = plan();
  for (let i = 0; i < lines.length; i++) {
    const words = lines[i].split(" ");
    const name = decodeURIComponent(words[1]);
    text += lines[i];
    if (words[0] === "header") text += showAll(request.headers(name));
    else if (words[0] === "response" && reply !== null) text += showAll(reply.headers(name));
    else if (words[0] === "param") text += " " + show(request.param(name));
    else if (words[0] === "context") text += " " + show(request.contextJson(name));
    else text += " " + (reply !== null ? reply.bytes() : request.bytes()).join(",");
    text += "\\n";
  }
  return text;
}

function bytesOf(list: string): Uint8Array {
  if (list === "") return new Uint8Array(0);
  const numbers = list.split(",");
  const bytes = new Uint8Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) bytes[i] = <u8>parseInt(numbers[i]);
  return bytes;
}

function edit(request: Request, reply: Reply | null, words: string[]): void {
  const kind = words[0];
  const name = decodeURIComponent(words[1]);
  const value = words.length > 2 ? decodeURIComponent(words[2]) : "";
  if (kind === "target") request.setTarget(name);
  else if (kind === "provide") request.provideJson(name, value);
  else if (kind === "set" && reply !== null) reply.setHeader(name, value);
  else if (kind === "append" && reply !== null) reply.appendHeader(name, value);
  else if (kind === "remove" && reply !== null) reply.removeHeader(name);
  else if (kind === "text" && reply !== null) reply.setBody(value);
  else if (kind === "bytes" && reply !== null) reply.setBody(bytesOf(value));
  else if (kind === "set") request.setHeader(name, value);
  else if (kind === "append") request.appendHeader(name, value);
  else if (kind === "remove") request.removeHeader(name);
  else if (kind === "text") request.setBody(value);
  else if (kind === "bytes") request.setBody(bytesOf(value));
}

/** Null when there is nothing to answer: a beforeRequest that edits the request. */
function act(request: Request, made: Reply | null): Reply | null {
  let reply = made;
  const lines = plan();
  for (let i = 0; i < lines.length; i++) {
    const words = lines[i].split(" ");
    if (words[0] !== "status") {
      edit(request, reply, words);
    } else if (made !== null) {
      made.status = parseInt(words[1]);
    } else {
      reply = Reply.empty(parseInt(words[1]));
    }
  }
  return reply;
}

export function beforeRequest(request: Request): Reply | null {
  if (config.get("looks") !== null) return Reply.text(200, look(request, null));
  return act(request, null);
}

export function processEndpoint(request: Request): Reply {
  if (config.get("looks") !== null) return Reply.text(200, look(request, null));
  const reply = Reply.empty(200);
  act(request, reply);
  return reply;
}

export function afterResponse(request: Request, reply: Reply): void {
  if (config.get("looks") !== null) reply.setBody(look(request, reply));
  else act(request, reply);
}
`;

const callProbe: CallProbe = async (hook, config, frame) => {
  const plugin = await startFor("fast", PROBE, PROBE_HOOKS, { config: { ...config } });
  const end = Buffer.from(frame).indexOf("\n\n") + 2;
  const head = Buffer.from(frame.subarray(0, end)).toString();
  return plugin.callForBytes(hook, head, frame.subarray(end));
};

test.each(FRAME_CASES)("the fast PDK reads: $name", async (given) => {
  await expectProbeReads(callProbe, given);
});

test.each(EDITS_CASES.filter(({ canonical }) => canonical === true))(
  "the fast PDK writes: $name",
  async (given) => {
    await expectProbeWrites(callProbe, given);
  },
);
