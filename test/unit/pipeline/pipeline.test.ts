import { describe, expect, test } from "vitest";
import { NO_EDITS } from "../../../host/src/contracts/exchange.ts";
import type {
  Edits,
  Exchange,
  Handler,
  ResponseMessage,
} from "../../../host/src/contracts/exchange.ts";
import type { Hook } from "../../../host/src/contracts/hooks.ts";
import { AssertionError } from "../../../host/src/lib/assert.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import type { SkippedHook } from "../../../host/src/pipeline/failure.ts";
import { orderHooks } from "../../../host/src/pipeline/order.ts";
import { composeEndpoint, composePipeline } from "../../../host/src/pipeline/pipeline.ts";
import { answer, edits, exchange, hook } from "./support.ts";

const ROUTE = { id: "users", path: "/users/{id}", methods: ["GET", "POST"] };
const TRAPPED = new BackworksError("guest_trapped", "unreachable executed", { details: { at: 7 } });

function compose(hooks: readonly Hook[], handler: Handler, skipped: SkippedHook[] = []): Handler {
  return composePipeline(ROUTE, orderHooks(hooks), handler, (each) => skipped.push(each));
}

/** Hooks and handler as `a b c` in the order in which they were called. */
function tracing(later: ReadonlySet<string>) {
  const trace: string[] = [];
  const run =
    (name: string, result: Edits = NO_EDITS) =>
    (): Edits | Promise<Edits> => {
      trace.push(name);
      return later.has(name) ? Promise.resolve(result) : result;
    };
  return { trace, run };
}

function suffix(value: string): Edits {
  return edits({ headers: [{ kind: "append", name: "x", value }] });
}

function fine(): ResponseMessage {
  return answer("fine");
}

function to(target: string): Exchange {
  return exchange({ request: { ...exchange().request, target } });
}

const NAMES = ["in-a", "in-b", "handler", "out-a", "out-b"];

describe.each([
  ["nobody waits", new Set<string>()],
  ["everybody waits", new Set(NAMES)],
  ...NAMES.map((name): [string, Set<string>] => [`${name} waits`, new Set([name])]),
])("when %s", (_, later) => {
  const { trace, run } = tracing(later);
  const after = { name: "after_response" } as const;
  const handler: Handler = ({ request }) => {
    trace.push("handler");
    const response = { status: 200, headers: request.headers, body: Buffer.from("") };
    return later.has("handler") ? Promise.resolve(response) : response;
  };

  test("hooks run in order, then the handler, then hooks in reverse order", async () => {
    trace.length = 0;
    const pipeline = compose(
      [
        hook("a", { run: run("in-a", suffix("in-a")) }),
        hook("b", { run: run("in-b", suffix("in-b")) }),
        hook("a", { ...after, run: run("out-a", suffix("out-a")) }),
        hook("b", { ...after, run: run("out-b", suffix("out-b")) }),
      ],
      handler,
    );
    const result = pipeline(exchange());
    expect(result instanceof Promise).toBe(later.size > 0);
    expect((await result).headers.map(([, value]) => value)).toEqual([
      "in-a",
      "in-b",
      "out-b",
      "out-a",
    ]);
    expect(trace).toEqual(["in-a", "in-b", "handler", "out-b", "out-a"]);
  });

  test("a hook that answers ends the way in, and every after_response sees its answer", async () => {
    trace.length = 0;
    const pipeline = compose(
      [
        hook("a", { run: run("in-a", edits({ status: 401, body: Buffer.from("who?") })) }),
        hook("b", { run: run("in-b") }),
        hook("a", { ...after, run: run("out-a", suffix("out-a")) }),
        hook("b", { ...after, run: run("out-b", suffix("out-b")) }),
      ],
      handler,
    );
    const { status, headers, body } = await pipeline(exchange());
    expect([status, headers, Buffer.from(body).toString()]).toEqual([
      401,
      [
        ["x", "out-b"],
        ["x", "out-a"],
      ],
      "who?",
    ]);
    expect(trace).toEqual(["in-a", "out-b", "out-a"]);
  });
});

test("without hooks the handler itself is the pipeline", () => {
  expect(compose([hook("a", { match: { routes: ["other"] } })], fine)).toBe(fine);
});

test("edits of one hook are what the next one sees", async () => {
  const seen: unknown[] = [];
  const look = (each: Exchange): Edits => {
    seen.push([each.request.target, each.context.get("user.id")]);
    return NO_EDITS;
  };
  const change = edits({ target: "/other?x=1", context: [["user.id", "7"]] });
  const pipeline = compose(
    [
      hook("a", { run: () => change }),
      hook("b", { run: look }),
      hook("c", { name: "after_response", run: look }),
    ],
    (each) => answer(each.request.target),
  );
  const { body } = await pipeline(exchange());
  expect(Buffer.from(body).toString()).toBe("/other?x=1");
  expect(seen).toEqual([
    ["/other?x=1", "7"],
    ["/other?x=1", "7"],
  ]);
});

test("a rewritten target does not lead around a later hook", async () => {
  const calls: string[] = [];
  const guard = hook("guard", {
    match: { paths: ["/users/admin"] },
    run: () => {
      calls.push("guard");
      return NO_EDITS;
    },
  });
  const rewrite = hook("first", { priority: -1, run: () => edits({ target: "/users/7" }) });
  const pipeline = compose([rewrite, guard], () => answer(""));
  await pipeline(to("/users/7"));
  expect(calls).toEqual([]);
  await pipeline(to("/users/adm%69n?x"));
  expect(calls).toEqual(["guard"]);
});

test("after_response is matched by the path that came, not the rewritten one", async () => {
  const calls: string[] = [];
  const watch = (path: string): Hook =>
    hook(path, {
      name: "after_response",
      match: { paths: [path] },
      run: () => {
        calls.push(path);
        return NO_EDITS;
      },
    });
  const rewrite = hook("rewrite", { run: () => edits({ target: "/users/8" }) });
  const pipeline = compose([rewrite, watch("/users/7"), watch("/users/8")], fine);
  await pipeline(to("/users/7"));
  expect(calls).toEqual(["/users/7"]);
});

test("a response is edited as a copy: a handler may answer with the same object each time", async () => {
  const constant = answer("x");
  const pipeline = compose(
    [
      hook("a", {
        name: "after_response",
        run: () => edits({ status: 418, headers: [{ kind: "set", name: "x", value: "1" }] }),
      }),
    ],
    () => constant,
  );
  expect((await pipeline(exchange())).status).toBe(418);
  expect(constant).toEqual(answer("x"));
});

describe.each([
  [
    "at once",
    (error: unknown) => (): never => {
      throw error;
    },
  ],
  [
    "later",
    (error: unknown) => async (): Promise<never> => {
      throw error;
    },
  ],
])("a hook that fails %s", (_, failing) => {
  test.each(["before_request", "after_response"] as const)(
    "in %s is passed over and reported when it is not critical",
    async (name) => {
      const skipped: SkippedHook[] = [];
      const mark = edits({ headers: [{ kind: "set", name: "x", value: "1" }] });
      const pipeline = compose(
        [
          hook("bad", { name, run: failing(TRAPPED) }),
          hook("good", { name: "after_response", run: () => mark }),
        ],
        fine,
        skipped,
      );
      const response = await pipeline(exchange());
      expect([response.status, response.headers]).toEqual([200, [["x", "1"]]]);
      expect(skipped).toEqual([
        { plugin: "bad", hook: name, route: "users", requestId: "id", error: TRAPPED },
      ]);
    },
  );

  test.each(["before_request", "after_response"] as const)(
    "in %s ends the request when it is critical",
    async (name) => {
      const pipeline = compose([hook("bad", { name, critical: true, run: failing(TRAPPED) })], () =>
        answer("fine"),
      );
      await expect(async () => await pipeline(exchange())).rejects.toMatchObject({
        code: "guest_trapped",
        message: `plugin "bad" failed in ${name}: unreachable executed`,
        cause: TRAPPED,
        details: { at: 7, plugin: "bad", hook: name, reason: "guest_trapped" },
      });
    },
  );

  test.each([
    new TypeError("bug"),
    new AssertionError("bug"),
    new BackworksError("internal", "bug"),
  ])("by a bug of the host hides nothing: %o", async (bug) => {
    const skipped: SkippedHook[] = [];
    const pipeline = compose([hook("bad", { run: failing(bug) })], fine, skipped);
    await expect(async () => await pipeline(exchange())).rejects.toBe(bug);
    expect(skipped).toEqual([]);
  });

  test("in process_endpoint always ends the request, and is named", async () => {
    const endpoint = composeEndpoint(
      hook("bad", { name: "process_endpoint", run: failing(TRAPPED) }),
    );
    await expect(async () => await endpoint(exchange())).rejects.toMatchObject({
      code: "guest_trapped",
      details: { plugin: "bad", hook: "process_endpoint", reason: "guest_trapped" },
    });
    const bug = new TypeError("bug");
    const buggy = composeEndpoint(hook("bad", { name: "process_endpoint", run: failing(bug) }));
    await expect(async () => await buggy(exchange())).rejects.toBe(bug);
  });

  test("a handler that fails passes after_response by", async () => {
    const calls: string[] = [];
    const pipeline = compose(
      [
        hook("a", {
          name: "after_response",
          run: () => {
            calls.push("a");
            return NO_EDITS;
          },
        }),
      ],
      failing(TRAPPED),
    );
    await expect(async () => await pipeline(exchange())).rejects.toBe(TRAPPED);
    expect(calls).toEqual([]);
  });
});
