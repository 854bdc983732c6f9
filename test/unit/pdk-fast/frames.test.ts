import { Buffer } from "node:buffer";
import { expect, test } from "vitest";
import type { HeaderList } from "../../../host/src/contracts/exchange.ts";
import type { ExchangeHookName } from "../../../host/src/contracts/hooks.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import {
  bytesOf,
  editsOf,
  EDITS_CASES,
  exchangeOf,
  FRAME_CASES,
  readsOf,
  type EditsCase,
  type FrameCase,
} from "../../support/frame-cases.ts";
import { startFor } from "./fast-plugins.ts";

/**
 * A plugin that shows what it sees of a frame, or makes the edits it is told to. Plans and reports
 * are lines of percent-encoded words, since the fast target has no JSON.
 */
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

const SECRETS = new Set(["cookie", "authorization", "proxy-authorization", "set-cookie"]);
const word = encodeURIComponent;

/** All that there is: which of it a frame holds is the host's business, and tested there. */
const EVERYTHING = {
  headers: ["*", "cookie", "authorization"],
  response_headers: ["*", "set-cookie"],
  params: ["*"],
  context: ["*"],
  body: "bytes",
} as const;

const HOOKS = {
  before_request: { reads: EVERYTHING },
  process_endpoint: { reads: EVERYTHING },
  after_response: { reads: EVERYTHING },
} as const;

async function callProbe(
  hook: ExchangeHookName,
  config: JsonObject,
  frame: Uint8Array,
): Promise<Uint8Array> {
  const plugin = await startFor("fast", PROBE, HOOKS, { config });
  const end = Buffer.from(frame).indexOf("\n\n") + 2;
  const head = Buffer.from(frame.subarray(0, end)).toString();
  return plugin.callForBytes(hook, head, frame.subarray(end));
}

function allowed(declared: readonly string[], names: readonly string[]): string[] {
  return [...new Set(names)].filter(
    (name) => declared.includes(name) || (declared.includes("*") && !SECRETS.has(name)),
  );
}

function valuesOf(headers: HeaderList, wanted: string): string[] {
  return headers.filter(([name]) => name === wanted).map(([, value]) => value);
}

/** What the probe is to look at, and what it must see there. */
function linesOf(given: FrameCase): [plan: string, seen: string][] {
  const reads = readsOf(given);
  const { request, response, params, context } = exchangeOf(given);
  const names = (headers: HeaderList): string[] => headers.map(([name]) => name);
  const line = (plan: string, values: readonly string[]): [string, string] => [
    plan,
    [plan, ...values].join(" "),
  ];
  return [
    ...allowed(reads.headers, names(request.headers)).map((name) =>
      line(`header ${word(name)}`, valuesOf(request.headers, name).map(word)),
    ),
    ...allowed(reads.responseHeaders, names(response?.headers ?? [])).map((name) =>
      line(`response ${word(name)}`, valuesOf(response?.headers ?? [], name).map(word)),
    ),
    ...allowed(reads.params, Object.keys(params)).map((name) =>
      line(`param ${word(name)}`, [word(params[name] ?? "")]),
    ),
    ...reads.context.map((key) => line(`context ${word(key)}`, [word(context.get(key) ?? "null")])),
    ...(reads.body.mode === "none" ? [] : [line("body .", [(response ?? request).body.join(",")])]),
  ];
}

test.each(FRAME_CASES)("the fast PDK reads: $name", async (given) => {
  const lines = linesOf(given);
  const plan = lines.map(([wanted]) => wanted).join("\n");
  const config = { plan, looks: "yes" };
  const output = await callProbe(given.hook, config, bytesOf(given.frame));
  const text = Buffer.from(output).toString();
  const { id, route, client, request, response } = exchangeOf(given);
  expect(text.slice(text.startsWith("\n") ? 1 : text.indexOf("\n\n") + 2).split("\n")).toEqual([
    `request ${request.method} ${word(request.target)}`,
    `facts ${[id, route, client].map(word).join(" ")}`,
    ...(response === undefined ? [] : [`status ${response.status}`]),
    ...lines.map(([, seen]) => seen),
    "",
  ]);
});

function planOf(given: EditsCase): string {
  const { status, target, headers, context, body } = editsOf(given);
  const lines = headers.map((edit) =>
    [edit.kind, word(edit.name), "value" in edit ? word(edit.value) : ""].join(" ").trimEnd(),
  );
  if (status !== undefined) lines.unshift(`status ${status}`);
  if (target !== undefined) lines.unshift(`target ${word(target)}`);
  lines.push(...context.map(([key, json]) => `provide ${word(key)} ${word(json)}`));
  if (body !== undefined) {
    const isText = typeof given.edits.body === "string";
    lines.push(isText ? `text . ${word(given.edits.body)}` : `bytes . ${body.join("%2C")}`);
  }
  return lines.join("\n");
}

test.each(EDITS_CASES.filter(({ canonical }) => canonical === true))(
  "the fast PDK writes: $name",
  async (given) => {
    const { hook } = given;
    const facts = ':id: "1"\n:route: "r"\n:client: "c"\n';
    const head = `GET /\n${facts}${hook === "after_response" ? "!200\n" : ""}\n`;
    const output = await callProbe(hook, { plan: planOf(given) }, Buffer.from(head));
    expect(Buffer.from(output)).toEqual(Buffer.from(bytesOf(given.output)));
  },
);
