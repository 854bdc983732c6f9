// oxlint-disable typescript/no-unsafe-type-assertion -- the plan is JSON of the source below
import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readEdits } from "../../../host/src/abi/edits-frame.ts";
import { HOST_HEADERS, type Edits } from "../../../host/src/contracts/exchange.ts";
import type { Json, JsonObject } from "../../../host/src/contracts/json.ts";
import { WORLDS } from "../../support/direct-plugin.ts";
import { headOf, type RunningPlugin } from "../../support/plugins.ts";

type ExchangeHook = "before_request" | "process_endpoint" | "after_response";

/** What the plugin below does, one after another: `[what, ...arguments]`. */
type Step = readonly [what: string, ...parameters: Json[]];

/** Does to a request and a reply what a body tells it: an author without any suspicion. */
const SOURCE = `
  import { Reply, type Request } from "@backworks/pdk";
  function edit(request: Request, reply: Reply | undefined, steps: unknown[][]): void {
    for (const [what, ...parameters] of steps) {
      if (what === "status") (reply as any).status = parameters[0];
      else if (what === "provide" || what === "setTarget") (request as any)[what](...parameters);
      else ((reply ?? request) as any)[what as string](...parameters);
    }
  }
  export function beforeRequest(request: Request): Reply | undefined {
    const { steps, status } = request.json<any>();
    edit(request, undefined, steps.filter(([what]) => what !== "status"));
    if (status === null) return undefined;
    const reply = Reply.text(status, "answer");
    edit(request, reply, steps.filter(([what]) => what !== "setTarget"));
    return reply;
  }
  export function processEndpoint(request: Request): Reply {
    const { steps } = request.json<any>();
    const reply = Reply.empty(200);
    edit(request, reply, steps.filter(([what]) => what !== "setTarget"));
    return reply;
  }
  export function afterResponse(request: Request, reply: Reply): void {
    const { steps } = reply.json<any>();
    edit(request, reply, steps.filter(([what]) => what !== "setTarget"));
  }`;

const reads = { body: "text" };
const HOOKS: JsonObject = {
  before_request: { reads },
  process_endpoint: { reads },
  after_response: { reads },
};

/** What follows is about frames: nothing of it shall end for want of fuel. */
const ROOM = { limits: { call: { fuel: 1_000_000_000, timeMs: 5000 } } };

/** What a client may send to make a line where there is none. */
const nasty = fc.constantFrom(
  "\n",
  "\r",
  "\u2028",
  "\u2029",
  "\u0085",
  "\0",
  "!401\n",
  "\n\n",
  "é",
);
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc
    .array(fc.oneof(nasty, fc.string({ maxLength: 4 })), { maxLength: 6 })
    .map((all) => all.join("")),
);
const anything = fc.oneof(
  text,
  fc.jsonValue() as fc.Arbitrary<Json>,
  fc
    .integer({ min: 0, max: 70 })
    .map((depth) => JSON.parse("[".repeat(depth) + "1" + "]".repeat(depth)) as Json),
  fc.integer({ min: 0, max: 17_000 }).map((length) => "x".repeat(length)),
);
const name = fc.oneof(text, fc.constantFrom("x-a", "X-B", "content-type", "Content-Length"));
const key = fc.oneof(text, fc.constantFrom("auth.user", "k"));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom("setHeader", "appendHeader"), name, anything),
    fc.tuple(fc.constant("removeHeader"), name),
    fc.tuple(fc.constant("provide"), key, anything),
    fc.tuple(
      fc.constant("setTarget"),
      fc.oneof(
        anything,
        text.map((tail) => `/${tail}`),
      ),
    ),
    fc.tuple(fc.constant("status"), fc.oneof(anything, fc.integer({ min: 100, max: 700 }))),
  ),
  { maxLength: 5 },
);

const HOOK = fc.constantFrom<ExchangeHook>("before_request", "process_endpoint", "after_response");

async function callHook(
  plugin: RunningPlugin,
  hook: ExchangeHook,
  plan: { readonly status: number | null; readonly steps: readonly Step[] },
): Promise<Edits> {
  const head = hook === "after_response" ? headOf("GET /", [], ["!200"]) : headOf("GET /");
  const output = await plugin.callForBytes(hook, head, JSON.stringify(plan));
  return readEdits(output, hook);
}

async function outcomeOf(call: Promise<Edits>): Promise<string> {
  try {
    return (await call).status === undefined ? "edits" : "answer";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

describe.each(WORLDS)("%s", (world, start) => {
  test("whatever a hook says, the host can read it, or the hook has an error of its own", async () => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    await fc.assert(
      fc.asyncProperty(HOOK, fc.constantFrom(null, 200, 401), steps, async (hook, status, all) => {
        const outcome = await outcomeOf(callHook(plugin, hook, { status, steps: all }));
        const isAnswer = hook === "before_request" && status !== null;
        expect(outcome).toMatch(
          isAnswer ? /^(answer|guest_failed)$/ : /^(edits|answer|guest_failed)$/,
        );
      }),
      { numRuns: world === "in Node" ? 2000 : 200 },
    );
  });

  test("a value from the client neither makes a line nor takes the answer away", async () => {
    const source = `
      import { Reply, type Request } from "@backworks/pdk";
      export function beforeRequest(request: Request): Reply {
        request.provide("auth.user", request.query("user"));
        return Reply.text(401, "who?");
      }`;
    const plugin = await start(source, { before_request: {} });
    for (const end of ["\u2028", "\u2029", "\r", "\n"]) {
      const target = `/?user=${encodeURIComponent(`a${end}b`)}`;
      const output = await plugin.callForBytes("before_request", headOf(`GET ${target}`));
      expect(readEdits(output, "before_request")).toMatchObject({ status: 401 });
      const [[, json] = []] = readEdits(output, "before_request").context;
      expect(JSON.parse(json ?? "")).toBe(`a${end}b`);
      expect(Buffer.from(output).toString()).not.toMatch(/[\u2028\u2029]/);
    }
  });

  test("the last target counts, and there is one", async () => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    const all: Step[] = [
      ["setTarget", "/one"],
      ["provide", "k", ">/no"],
      ["setHeader", "x-a", ">/no"],
      ["setTarget", "/two?x"],
    ];
    expect(await callHook(plugin, "before_request", { status: null, steps: all })).toMatchObject({
      target: "/two?x",
      headers: [{ kind: "set", name: "x-a", value: ">/no" }],
      context: [["k", '">/no"']],
    });
  });

  test("the last status counts, and there is one", async () => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    const all: Step[] = [
      ["status", 404],
      ["setHeader", "x-a", "!500"],
      ["status", 503],
    ];
    expect(await callHook(plugin, "after_response", { status: null, steps: all })).toMatchObject({
      status: 503,
      headers: [{ kind: "set", name: "x-a", value: "!500" }],
    });
  });

  test.each([
    [["setHeader", "x-a", ["a\n!200"]], "must be a string"],
    [["setHeader", "x-a", 1], "must be a string"],
    [["setHeader", "x-a", "a\u2028b"], "which no header can carry"],
    [["setHeader", "x-a", "a\rb"], "which no header can carry"],
    [["appendHeader", "x-a", "a\nb"], '"\\n", which no header can carry'],
    [["setHeader", "Content-Length", "1"], "the host alone writes header content-length"],
    [["removeHeader", "a b"], "is no header name"],
    [["setTarget", ["/a"]], "is no path and query"],
    [["setTarget", "/a\u2028b"], "is no path and query"],
    [["provide", "k\u2028", 1], "does not match"],
    [["provide", "k", JSON.parse("[".repeat(33) + "]".repeat(33))], "nests deeper than 32 levels"],
    [["provide", "k", "é".repeat(9000)], "provided values take 18007 bytes"],
  ] as [Step, string][])("%j is an error of its own", async (step, message) => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    await expect(
      callHook(plugin, "before_request", { status: null, steps: [step] }),
    ).rejects.toThrow(message);
  });

  test("101 changes of headers are one too many", async () => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    const append: Step = ["appendHeader", "x-a", "1"];
    const all = Array.from({ length: 100 }, () => append);
    const edits = await callHook(plugin, "process_endpoint", { status: null, steps: all });
    expect(edits.headers).toHaveLength(100);
    await expect(
      callHook(plugin, "process_endpoint", { status: null, steps: [...all, append] }),
    ).rejects.toThrow("101 changes of headers: the host takes 100");
  });

  test("a value may nest 32 levels, brackets in a text are none", async () => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    const deep = JSON.parse("[".repeat(32) + "]".repeat(32)) as Json;
    const all: Step[] = [
      ["provide", "deep", deep],
      ["provide", "text", "[".repeat(100)],
    ];
    const { context } = await callHook(plugin, "before_request", { status: null, steps: all });
    expect(context.map(([, json]) => JSON.parse(json) as Json)).toEqual([deep, "[".repeat(100)]);
  });

  test.each([...HOST_HEADERS])("the header %s is the host's", async (header) => {
    const plugin = await start(SOURCE, HOOKS, ROOM);
    const plan = { status: null, steps: [["setHeader", header, "1"]] } as const;
    await expect(callHook(plugin, "before_request", plan)).rejects.toThrow(
      `the host alone writes header ${header}`,
    );
  });
});
