import { describe, expect, test } from "vitest";
import type { Exchange, Handler } from "../../../host/src/contracts/exchange.ts";
import type { ExchangeHookName, Hook, VerdictHookName } from "../../../host/src/contracts/hooks.ts";
import type { Verdict } from "../../../host/src/contracts/security.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { orderHooks } from "../../../host/src/pipeline/order.ts";
import { composePipeline } from "../../../host/src/pipeline/pipeline.ts";
import { answer, edits, exchange, hook } from "./support.ts";

const ROUTE = { id: "users", path: "/users/{id}", methods: ["GET", "POST"] };

const ANN: Verdict = {
  kind: "identified",
  identity: { subject: "ann", roles: ["admin"], claims: {} },
};
const ALLOWED: Verdict = { kind: "allowed" };
const DENIED: Verdict = { kind: "denied", reason: "no", status: 403, challenge: undefined };

type Says = Verdict | undefined | Promise<Verdict | undefined>;

function judge(
  plugin: string,
  name: VerdictHookName,
  says: Says | ((exchange: Exchange) => Says),
  some: Partial<Omit<Hook, "name" | "run">> = {},
): Hook<VerdictHookName> {
  const { run: _, ...place } = hook(plugin, some);
  return { ...place, name, run: typeof says === "function" ? says : () => says };
}

function compose(hooks: readonly Hook<ExchangeHookName>[], handler: Handler = () => answer("in")) {
  return composePipeline(ROUTE, orderHooks(hooks), handler, () => undefined);
}

/** Runs a pipeline that does not wait; the code it is refused with, or what was answered. */
function outcome(pipeline: Handler, given: Exchange = exchange()): unknown {
  try {
    const response = pipeline(given);
    if (response instanceof Promise) return "a promise";
    return Buffer.from(response.body).toString();
  } catch (error) {
    return error instanceof BackworksError ? error.code : error;
  }
}

describe("authenticate", () => {
  test("the first that knows who it is wins, and the others are not asked", () => {
    const asked: string[] = [];
    const tell = (name: string, verdict?: Verdict) => (): Verdict | undefined => {
      asked.push(name);
      return verdict;
    };
    const given = exchange();
    const pipeline = compose([
      judge("c", "authenticate", tell("c")),
      judge("b", "authenticate", tell("b", ANN)),
      judge("a", "authenticate", tell("a")),
    ]);
    expect(outcome(pipeline, given)).toBe("in");
    expect(asked).toEqual(["a", "b"]);
    expect(given.context.get("auth")).toBe('{"subject":"ann","roles":["admin"],"claims":{}}');
  });

  test("when nobody knows, the request goes on without a name", () => {
    const given = exchange();
    expect(outcome(compose([judge("a", "authenticate", undefined)]), given)).toBe("in");
    expect(given.context.has("auth")).toBe(false);
  });

  test("comes before everything else, whatever the priorities say", () => {
    const trace: string[] = [];
    const note = (name: string) => (): undefined => void trace.push(name);
    const pipeline = compose([
      hook("a", { priority: -9, run: () => edits({ headers: (note("before")(), []) }) }),
      judge("a", "authorize", note("authorize"), { priority: -5 }),
      judge("z", "authenticate", note("authenticate"), { priority: 9 }),
    ]);
    expect(outcome(pipeline)).toBe("in");
    expect(trace).toEqual(["authenticate", "authorize", "before"]);
  });

  test("order is what is declared, then priority, then name", () => {
    const order = orderHooks([
      judge("a", "authenticate", undefined, { after: ["b"] }),
      judge("b", "authenticate", undefined, { priority: 1 }),
      judge("c", "authenticate", undefined),
    ]);
    expect(order.authenticate.map(({ plugin }) => plugin)).toEqual(["c", "b", "a"]);
  });
});

describe("authorize", () => {
  test("every hook is asked, and sees who it is", () => {
    const seen: unknown[] = [];
    const look = ({ context }: Exchange): Verdict => {
      seen.push(context.get("auth"));
      return ALLOWED;
    };
    const pipeline = compose([
      judge("a", "authenticate", ANN),
      judge("a", "authorize", look),
      judge("b", "authorize", look),
    ]);
    expect(outcome(pipeline)).toBe("in");
    expect(seen).toEqual(Array(2).fill('{"subject":"ann","roles":["admin"],"claims":{}}'));
  });

  test("one that allows does not overrule another that denies", () => {
    const pipeline = compose([
      judge("a", "authorize", ALLOWED),
      judge("b", "authorize", DENIED),
      judge("c", "authorize", ALLOWED),
    ]);
    expect(outcome(pipeline)).toBe("request_forbidden");
  });
});

describe("a denial", () => {
  test("calls no other hook and no handler", () => {
    const fail = (): never => {
      throw new TypeError("called");
    };
    const pipeline = compose(
      [
        judge("a", "authenticate", { ...DENIED, status: 401 }),
        judge("b", "authenticate", fail),
        judge("a", "authorize", fail),
        hook("a", { run: fail }),
        hook("a", { name: "after_response", run: fail }),
      ],
      fail,
    );
    expect(outcome(pipeline)).toBe("request_unauthenticated");
  });

  test("carries its reason and challenge, and to the client no plugin", () => {
    const challenge = 'Bearer realm="x"';
    const pipeline = compose([judge("a", "authorize", { ...DENIED, status: 401, challenge })]);
    expect(() => pipeline(exchange())).toThrow(
      expect.objectContaining({
        code: "request_unauthenticated",
        message: "no",
        details: { deniedBy: "a", by: "authorize", challenge },
      }),
    );
  });
});

test.each([
  [401, undefined, 'Bearer realm="protected"'],
  [401, "Basic", "Basic"],
  [403, undefined, undefined],
  [403, "Bearer", "Bearer"],
] as const)("a denial with %i and the challenge %s goes out with %s", (status, challenge, sent) => {
  const pipeline = compose([judge("a", "authenticate", { ...DENIED, status, challenge })]);
  let details: unknown;
  try {
    void pipeline(exchange());
  } catch (error) {
    details = error instanceof BackworksError && error.details;
  }
  expect(details).toEqual({
    deniedBy: "a",
    by: "authenticate",
    ...(sent !== undefined && { challenge: sent }),
  });
});

describe.each(["authenticate", "authorize"] as const)("a failing %s", (name) => {
  const trap = (): never => {
    throw new BackworksError("guest_trapped", "unreachable");
  };

  test("ends the request with its failure, although its plugin is not critical", () => {
    expect(outcome(compose([judge("a", name, trap)]))).toBe("guest_trapped");
  });

  test("does so when it waited, too", async () => {
    const pipeline = compose([judge("a", name, async () => trap())]);
    await expect(pipeline(exchange())).rejects.toMatchObject({
      code: "guest_trapped",
      details: { plugin: "a", hook: name, reason: "guest_trapped" },
    });
  });

  test("is not blamed for a bug of the host", () => {
    const bug = new TypeError("ours");
    const fail = (): never => {
      throw bug;
    };
    expect(outcome(compose([judge("a", name, fail)]))).toBe(bug);
  });
});

test("hooks that wait and hooks that do not come to the same", async () => {
  for (const waits of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const given = exchange();
    const say = (bit: number, verdict: Verdict | undefined): Says =>
      (waits & bit) === 0 ? verdict : Promise.resolve(verdict);
    const pipeline = compose([
      judge("a", "authenticate", () => say(1, undefined)),
      judge("b", "authenticate", () => say(2, ANN)),
      judge("c", "authorize", ({ context }) => say(4, context.has("auth") ? ALLOWED : DENIED)),
    ]);
    const result = pipeline(given);
    expect([waits, result instanceof Promise]).toEqual([waits, waits > 0]);
    expect((await result).status).toBe(200);
  }
});

test("a hook sees the requests that it declares, and a HEAD like a GET", () => {
  const deny = judge("a", "authorize", DENIED, {
    match: { methods: ["GET"], paths: ["/users/1"] },
  });
  const request = (method: string, target: string): Exchange =>
    exchange({ request: { ...exchange().request, method, target } });
  const pipeline = compose([deny]);
  expect(outcome(pipeline, request("HEAD", "/users/%31?x=1"))).toBe("request_forbidden");
  expect(outcome(pipeline, request("POST", "/users/1"))).toBe("in");
  expect(outcome(pipeline, request("GET", "/users/2"))).toBe("in");
});

test("a route that no security hook sees pays nothing for them", () => {
  const handler = (): ReturnType<typeof answer> => answer("in");
  const other = judge("a", "authorize", DENIED, { match: { routes: ["other"] } });
  expect(compose([other], handler)).toBe(handler);
});
