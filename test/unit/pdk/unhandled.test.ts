import { describe, expect, test } from "vitest";
import { buildSource, headOf, runPlugin, type RunningPlugin } from "../../support/plugins.ts";

const SOURCE = `
import { Reply, type Request } from "@backworks/pdk";

async function keep(): Promise<void> {
  throw new RangeError("not kept");
}

const HOOKS: Record<string, (request: Request) => unknown> = {
  nobody: () => void keep(),
  text: () => void Promise.reject("no error"),
  nothing: () => void Promise.reject(),
  first: () => void [Promise.reject("one"), Promise.reject("two")],
  job: () => queueMicrotask(() => { throw new TypeError("thrown later"); }),
  answered: () => { void keep(); return Reply.text(200, "kept"); },
  awaited: () => keep(),
  pending: () => { void keep(); return new Promise(() => undefined); },
  thrown: () => { void keep(); throw new Error("thrown first"); },
  caught: () => void keep().catch(() => undefined),
  tried: async () => { try { await keep(); } catch {} },
  late: () => { const kept = keep(); return Promise.resolve().then(() => kept).catch(() => null); },
  raced: () => Promise.race([Promise.resolve(), keep()]),
  settled: () => Promise.allSettled(Array.from({ length: 100 }, () => Promise.reject(1))).then(() => null),
};

export function beforeRequest(request: Request): any {
  return HOOKS[request.path.slice(1)]!(request);
}`;

let running: Promise<RunningPlugin> | undefined;

/** Of one instance for all: what a call leaves behind must not reach the next. */
async function call(name: string): Promise<string> {
  running ??= buildSource(SOURCE, { before_request: {} }).then(async (built) => runPlugin(built));
  return (await running).call("before_request", headOf(`GET /${name}`));
}

describe("a call fails with what nobody handles", () => {
  test.each([
    ["nobody", /RangeError: not kept\n *at keep \(src\/plugin\.ts:5:\d+\)/],
    ["text", /Thrown: no error\n *nothing handles this: await the promise/],
    ["nothing", /Thrown: undefined\n *nothing handles this/],
    ["first", /Thrown: one\n/],
    ["job", /TypeError: thrown later/],
    ["answered", /RangeError: not kept/],
    ["pending", /RangeError: not kept/],
    ["awaited", /RangeError: not kept/],
    ["thrown", /Error: thrown first/],
  ])("%s", async (name, message) => {
    await expect(call(name)).rejects.toThrow(message);
    await expect(call("caught")).resolves.toBe("");
  });
});

test("what the hook itself fails with is told alone", async () => {
  for (const name of ["awaited", "thrown"]) {
    await expect(call(name)).rejects.not.toThrow("nothing handles this");
  }
});

test.each(["caught", "tried", "late", "raced", "settled"])(
  "a rejection that is handled is none: %s",
  async (name) => {
    await expect(call(name)).resolves.toBe("");
  },
);

test("a rejection that the top level leaves behind stops the build", async () => {
  const source = `
void Promise.reject(new RangeError("no table"));
export function beforeRequest(): void {}`;
  await expect(buildSource(source, { before_request: {} })).rejects.toMatchObject({
    code: "evaluation_failed",
    message: expect.stringContaining("no table"),
  });
});
