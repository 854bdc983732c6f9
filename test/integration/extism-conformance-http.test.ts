import { beforeEach, describe, expect, test } from "vitest";
import type { HookName } from "../../host/src/contracts/hooks.ts";
import {
  type ExtismRuntime,
  output,
  RUNTIMES,
  startInProcess,
  startOnBackworks,
  startOnSdk,
  trapped,
  words,
} from "../support/extism-differential.ts";
import { readGuest } from "../support/guests.ts";
import { startServer, type TestServer } from "../unit/capabilities/http-support.ts";

let server: TestServer;
let origin: string;
beforeEach(async () => {
  server = await startServer((_, response) => {
    response.writeHead(201, [
      ["content-type", "text/plain"],
      ["x-answer", "4"],
      ["x-answer", "2"],
    ]);
    response.end("an ánswer");
  });
  origin = `http://127.0.0.1:${server.port}`;
});

const ANSWER = output(Buffer.from("an ánswer").toString("latin1"));
const asked = (members: object = {}): string =>
  JSON.stringify({ url: `${origin}/x?y=z`, ...members });

const refused = (target: string) =>
  trapped(`http_request: ${target} is not in the manifest: add it to capabilities.http.hosts`);

async function start(run: typeof startOnSdk): Promise<ExtismRuntime> {
  return run(await readGuest("extism-http"), { allow: [origin] });
}

const ALL = [...RUNTIMES, ["a process of its own", startInProcess] as const];

describe.each(ALL)("http_request in %s", (_, run) => {
  test("sends method and headers, and answers the body", async () => {
    await using runtime = await start(run);
    const request = asked({ method: "DELETE", headers: { "X-Key": "k" } });
    expect(await runtime.call("before_request", request)).toEqual(ANSWER);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      method: "DELETE",
      url: "/x?y=z",
      body: "",
      headers: expect.objectContaining({ "x-key": "k" }),
    });
  });

  test("is a GET unless it says otherwise", async () => {
    await using runtime = await start(run);
    expect(await runtime.call("before_request", asked())).toEqual(ANSWER);
    expect(server.requests[0]?.method).toBe("GET");
  });

  test("has a status once there is a response, and in no call before", async () => {
    await using runtime = await start(run);
    expect(await runtime.call("health_check", asked())).toEqual(words(0, 201));
  });

  test("has the headers of the response", async () => {
    await using runtime = await start(run);
    const outcome = await runtime.call("after_response", asked());
    const headers: unknown = outcome.kind === "output" ? JSON.parse(outcome.output) : outcome;
    expect(headers).toMatchObject({ "content-type": "text/plain", "x-answer": "4, 2" });
  });

  test("ends the call when the host is not on the list, and sends nothing", async () => {
    await using runtime = await run(await readGuest("extism-http"), {
      allow: ["http://allowed.example"],
    });
    expect(await runtime.call("before_request", asked())).toMatchObject({ kind: "trapped" });
    expect(server.requests).toEqual([]);
  });

  test("sends the body it is given", async () => {
    await using runtime = await start(run);
    const request = asked({ method: "POST" });
    expect(await runtime.call("process_endpoint", request)).toEqual(ANSWER);
    expect(server.requests[0]).toMatchObject({ method: "POST", body: "question" });
  });
});

describe("http_request differs on purpose", () => {
  test("a grant is for a port; the SDK looks at the name alone", async () => {
    const { port } = await startServer((_, response) => response.end("another service"));
    const request = JSON.stringify({ url: `http://127.0.0.1:${port}/` });
    await using ours = await start(startOnBackworks);
    await using sdks = await start(startOnSdk);
    expect(await ours.call("before_request", request)).toEqual(refused(`http://127.0.0.1:${port}`));
    expect(await sdks.call("before_request", request)).toEqual(output("another service"));
  });

  test("a redirect off the list ends the call; the SDK follows it", async () => {
    const { port } = await startServer((_, response) => response.end("off the list"));
    const target = `http://localhost:${port}/`;
    const redirecting = await startServer((_, response) => {
      response.writeHead(302, { location: target });
      response.end();
    });
    origin = `http://127.0.0.1:${redirecting.port}`;
    await using ours = await start(startOnBackworks);
    await using sdks = await start(startOnSdk);
    expect(await ours.call("before_request", asked())).toEqual(
      refused(`redirected by 127.0.0.1:${redirecting.port}: http://localhost:${port}`),
    );
    expect(await sdks.call("before_request", asked())).toEqual(output("off the list"));
  });

  test("the status of one call is not seen by the next; the SDK keeps it", async () => {
    await using ours = await start(startOnBackworks);
    await using sdks = await start(startOnSdk);
    for (const runtime of [ours, sdks]) await runtime.call("before_request", asked());
    expect(await ours.call("health_check", asked())).toEqual(words(0, 201));
    expect(await sdks.call("health_check", asked())).toEqual(words(201, 201));
  });
});

describe("http_request takes what PDKs write", () => {
  const both = async (hook: HookName, request: string): Promise<readonly unknown[]> => {
    await using ours = await start(startOnBackworks);
    await using sdks = await start(startOnSdk);
    expect(await sdks.call(hook, request)).toEqual(ANSWER);
    expect(await ours.call(hook, request)).toEqual(ANSWER);
    return server.requests;
  };

  test("an answer outlives the request, which PDKs free once more", async () => {
    const sent = { method: "POST", body: "question" };
    expect(await both("process_endpoint", asked({ method: "POST" }))).toMatchObject([sent, sent]);
  });

  test.each([
    ["no method, as by the Rust PDK", { method: null }, { method: "GET" }],
    ["no headers, as by the Go PDK", { headers: null }, { method: "GET" }],
    ["a method in lower case", { method: "delete" }, { method: "DELETE" }],
    [
      "headers under their older name",
      { header: { a: "b" } },
      { headers: expect.objectContaining({ a: "b" }) },
    ],
  ])("a request with %s is sent", async (_, members, sent) => {
    expect(await both("before_request", asked(members))).toMatchObject([sent, sent]);
  });
});
