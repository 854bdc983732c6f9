import { Buffer } from "node:buffer";
import { expect } from "vitest";
import type { HeaderList } from "../../host/src/contracts/exchange.ts";
import type { JsonObject } from "../../host/src/contracts/json.ts";
import type { ExchangeHookName } from "../../host/src/contracts/hooks.ts";
import {
  bytesOf,
  editsOf,
  exchangeOf,
  readsOf,
  type EditsCase,
  type FrameCase,
} from "./frame-cases.ts";

/**
 * Calls a probe: a plugin that shows what it sees of a frame (configuration key `looks`), or makes the
 * edits of its `plan`. Plans and reports are lines of percent-encoded words, for languages without JSON.
 */
export type CallProbe = (
  hook: ExchangeHookName,
  config: { readonly plan: string; readonly looks?: string },
  frame: Uint8Array,
) => Promise<Uint8Array>;

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

export const PROBE_HOOKS: JsonObject = {
  before_request: { reads: EVERYTHING },
  process_endpoint: { reads: EVERYTHING },
  after_response: { reads: EVERYTHING },
};

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

/** The probe reads a frame of the table. */
export async function expectProbeReads(call: CallProbe, given: FrameCase): Promise<void> {
  const lines = linesOf(given);
  const plan = lines.map(([wanted]) => wanted).join("\n");
  const output = await call(given.hook, { plan, looks: "yes" }, bytesOf(given.frame));
  const text = Buffer.from(output).toString();
  const { id, route, client, request, response } = exchangeOf(given);
  expect(text.slice(text.startsWith("\n") ? 1 : text.indexOf("\n\n") + 2).split("\n")).toEqual([
    `request ${request.method} ${word(request.target)}`,
    `facts ${[id, route, client].map(word).join(" ")}`,
    ...(response === undefined ? [] : [`status ${response.status}`]),
    ...lines.map(([, seen]) => seen),
    "",
  ]);
}

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

/** The probe writes a frame of the table, to the byte. */
export async function expectProbeWrites(call: CallProbe, given: EditsCase): Promise<void> {
  const { hook } = given;
  const facts = ':id: "1"\n:route: "r"\n:client: "c"\n';
  const head = `GET /\n${facts}${hook === "after_response" ? "!200\n" : ""}\n`;
  const output = await call(hook, { plan: planOf(given) }, Buffer.from(head));
  expect(Buffer.from(output)).toEqual(Buffer.from(bytesOf(given.output)));
}
