// oxlint-disable typescript/no-unsafe-type-assertion -- plan and report are JSON of the probe
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { HeaderList } from "../../../host/src/contracts/exchange.ts";
import type { EditsHookName } from "../../../host/src/contracts/hooks.ts";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { WORLDS, type StartPlugin } from "../../support/direct-plugin.ts";
import {
  bytesOf,
  editsOf,
  EDITS_CASES,
  FRAME_CASES,
  exchangeOf,
  readsOf,
  type BytesCase,
  type FrameCase,
} from "../../support/frame-cases.ts";
import type { ProbePlan, ProbeReport } from "../../support/frame-probe.ts";

interface Declared {
  readonly headers: readonly string[];
  readonly response_headers: readonly string[];
  readonly params: readonly string[];
  readonly context: readonly string[];
  readonly body: "none" | "text" | "bytes";
}

const AUTHOR_NAMES = {
  before_request: "beforeRequest",
  process_endpoint: "processEndpoint",
  after_response: "afterResponse",
} as const;

const REQUEST = 'GET /\n:id: "1"\n:route: "r"\n:client: "c"\n';

/** Calls the probe once with a whole frame. */
async function callProbe(
  start: StartPlugin,
  hook: EditsHookName,
  { reads, plan }: { reads: Declared; plan: ProbePlan },
  frame: Uint8Array,
): Promise<Uint8Array> {
  const probe = await readFile(new URL("../../support/frame-probe.ts", import.meta.url), "utf8");
  // The probe has all three hooks, and a source may not export those that are not declared.
  const source = Object.values(AUTHOR_NAMES)
    .filter((name) => name !== AUTHOR_NAMES[hook])
    .reduce(
      (text, name) => text.replace(`export function ${name}`, `void ${name}; function ${name}`),
      probe,
    );
  const hooks = { [hook]: { reads } } as unknown as JsonObject;
  const plugin = await start(source, hooks, { config: plan as unknown as JsonObject });
  const end = Buffer.from(frame).indexOf("\n\n") + 2;
  return plugin.callForBytes(
    hook,
    Buffer.from(frame.subarray(0, end)).toString(),
    frame.subarray(end),
  );
}

describe.each(WORLDS)("%s", (_world, start) => {
  test.each(FRAME_CASES)("the PDK reads: $name", async (given) => {
    const plan = planOf(given);
    const output = await callProbe(
      start,
      given.hook,
      { reads: declare(given), plan },
      bytesOf(given.frame),
    );
    const text = Buffer.from(output).toString("utf8");
    const report = JSON.parse(text.slice(text.indexOf("\n\n") + 1)) as ProbeReport;
    expect(report).toEqual(reportOf(given, plan));
  });

  test.each(EDITS_CASES.filter(({ canonical }) => canonical === true))(
    "the PDK writes: $name",
    async (given) => {
      const { hook } = given;
      const { body, ...edits } = editsOf(given);
      const plan: ProbePlan = {
        headers: [],
        responseHeaders: [],
        params: [],
        context: [],
        body: false,
        edits: { ...edits, body: body === undefined ? undefined : bodyOf(given.edits.body, body) },
      };
      const reads = { headers: [], response_headers: [], params: [], context: [] };
      const head = hook === "after_response" ? `${REQUEST}!200\n\n` : `${REQUEST}\n`;
      const output = await callProbe(
        start,
        hook,
        { reads: { ...reads, body: "none" }, plan },
        Buffer.from(head),
      );
      expect(Buffer.from(output)).toEqual(Buffer.from(bytesOf(given.output)));
    },
  );
});

function bodyOf(given: BytesCase | undefined, bytes: Uint8Array): string | readonly number[] {
  return typeof given === "string" ? given : [...bytes];
}

function declare(given: FrameCase): Declared {
  const { headers, responseHeaders, params, context, body } = readsOf(given);
  return { headers, response_headers: responseHeaders, params, context, body: body.mode };
}

/** Every name the case knows and the hook may read. */
function planOf(given: FrameCase): ProbePlan {
  const reads = readsOf(given);
  const { request, response, params } = exchangeOf(given);
  const secrets = new Set(["cookie", "authorization", "proxy-authorization", "set-cookie"]);
  const allowed = (declared: readonly string[], names: readonly string[]): string[] =>
    names.filter(
      (name) => declared.includes(name) || (declared.includes("*") && !secrets.has(name)),
    );
  return {
    headers: allowed(
      reads.headers,
      request.headers.map(([name]) => name),
    ),
    responseHeaders: allowed(
      reads.responseHeaders,
      (response?.headers ?? []).map(([name]) => name),
    ),
    params: allowed(reads.params, Object.keys(params)),
    context: [...reads.context],
    body: reads.body.mode !== "none",
  };
}

function reportOf(given: FrameCase, plan: ProbePlan): ProbeReport {
  const { id, route, client, params, request, response, context } = exchangeOf(given);
  return {
    request: [request.method, request.target],
    facts: [id, route, client],
    headers: valuesOf(plan.headers, request.headers),
    params: Object.fromEntries(plan.params.map((name) => [name, params[name] ?? null])),
    context: Object.fromEntries(
      plan.context.map((key) => [key, JSON.parse(context.get(key) ?? "null")]),
    ),
    status: response?.status ?? null,
    responseHeaders: valuesOf(plan.responseHeaders, response?.headers ?? []),
    body: plan.body ? [...(response ?? request).body] : null,
  };
}

function valuesOf(names: readonly string[], headers: HeaderList): Record<string, string[]> {
  return Object.fromEntries(
    names.map((name) => [name, headers.filter(([n]) => n === name).map(([, value]) => value)]),
  );
}
