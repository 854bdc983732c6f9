import { once } from "node:events";
import { describe, expect, test } from "vitest";
import type { HttpServer } from "../../../host/src/http/server.ts";
import type { HttpRoute } from "../../../host/src/http/dispatch.ts";
import { ECHO, RawClient, createServer, route, serve, text } from "./support.ts";

const GET_SLOW = "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";

/** A route that answers when the test lets it, and says when it is asked. */
function gated(): {
  readonly route: HttpRoute;
  readonly arrived: Promise<undefined>;
  readonly open: () => void;
} {
  const gate = Promise.withResolvers<undefined>();
  const arrived = Promise.withResolvers<undefined>();
  const handler: HttpRoute["handler"] = async () => {
    arrived.resolve(undefined);
    await gate.promise;
    return text("slow, of the first");
  };
  return {
    route: { ...route("slow", "/slow"), handler },
    arrived: arrived.promise,
    open: () => gate.resolve(undefined),
  };
}

function second(port: number, host = "127.0.0.1"): HttpServer {
  return createServer([route("second", "/who"), route("slow", "/slow"), ECHO], {
    config: { host, port, bodyBytesMax: 1000 },
  });
}

describe("a server that takes the place of another at its address", () => {
  test("answers all that comes, and the first one what it has begun", async () => {
    const slow = gated();
    await using first = await serve([slow.route, route("first", "/who")]);
    const begun = fetch(`${first.url}/slow`);
    await slow.arrived;
    const next = second(0);
    expect(await next.replace(first.server)).toEqual({ host: "127.0.0.1", port: first.port });
    const left = first.server.close(10_000);
    expect(await (await fetch(`${first.url}/who`)).text()).toBe("second");
    slow.open();
    expect(await (await begun).text()).toBe("slow, of the first");
    await left;
    expect(await (await fetch(`${first.url}/who`)).text()).toBe("second");
    await next.close(0);
    await expect(fetch(`${first.url}/who`)).rejects.toThrow("fetch failed");
  });

  test("ends no connection: the next request on one is its own", async () => {
    const slow = gated();
    await using first = await serve([slow.route, route("first", "/who")]);
    await using idle = new RawClient(first.port);
    idle.send("GET /who HTTP/1.1\r\nhost: x\r\n\r\n");
    await idle.until("\r\n\r\nfirst");
    await using busy = new RawClient(first.port);
    busy.send(GET_SLOW);
    await slow.arrived;
    const next = second(0);
    await next.replace(first.server);
    const left = first.server.close(10_000);
    idle.send("GET /who HTTP/1.1\r\nhost: x\r\n\r\n");
    await idle.until("\r\n\r\nsecond");
    // Behind an answer of the first: they stay in order.
    busy.send("GET /who HTTP/1.1\r\nhost: x\r\n\r\n");
    slow.open();
    expect(await busy.until("\r\n\r\nsecond")).toMatch(/slow, of the first[^]*second/);
    expect((idle.received + busy.received).toLowerCase()).not.toContain("connection: close");
    await left;
    await next.close(0);
  });

  test("leaves a body that comes in, or breaks off, to the first one", async () => {
    await using first = await serve([ECHO]);
    await using whole = new RawClient(first.port);
    await using broken = new RawClient(first.port);
    whole.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\nab");
    broken.send("POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n");
    // Answered by a third one, so that the server has taken both.
    await (await fetch(`${first.url}/livez`)).text();
    const next = second(0);
    await next.replace(first.server);
    const left = first.server.close(10_000);
    whole.send("cd");
    broken.send("no length\r\n");
    expect(await whole.until("\r\n\r\n4")).toContain("200 OK");
    expect(await broken.toEnd()).toMatch(/^HTTP\/1\.1 400 /);
    await left;
    expect(first.lines.filter(({ msg }) => msg === "request")).toContainEqual(
      expect.objectContaining({ route: "echo", status: 400 }),
    );
    await next.close(0);
  });

  test("sees the first one cut off what is not finished in time", async () => {
    const slow = gated();
    await using first = await serve([slow.route]);
    await using client = new RawClient(first.port);
    client.send(GET_SLOW);
    await slow.arrived;
    const next = second(0);
    await next.replace(first.server);
    await first.server.close(20);
    expect(await client.toEnd()).toBe("");
    expect((await fetch(`${first.url}/who`)).status).toBe(200);
    await next.close(0);
  });

  test("ends what the first one has begun when it is closed itself", async () => {
    const slow = gated();
    await using first = await serve([slow.route]);
    await using client = new RawClient(first.port);
    client.send(GET_SLOW);
    await slow.arrived;
    const next = second(0);
    await next.replace(first.server);
    const closing = Promise.all([first.server.close(10_000), next.close(10_000)]);
    slow.open();
    expect(await client.toEnd()).toMatch(/connection: close[^]*slow, of the first/i);
    await closing;
  });
});

describe("a server that takes the place of another at a new address", () => {
  test("listens at the new port before the first one ends", async () => {
    await using first = await serve([route("first", "/who")]);
    await using spare = await serve([]);
    await spare.server.close(0);
    const next = second(spare.port);
    const { port } = await next.replace(first.server);
    expect(await (await fetch(`${first.url}/who`)).text()).toBe("first");
    await first.server.close(0);
    expect(await (await fetch(`http://127.0.0.1:${port}/who`)).text()).toBe("second");
    await next.close(0);
  });

  test("takes the port over for another host, and finishes what was begun", async () => {
    const slow = gated();
    await using first = await serve([slow.route]);
    await using client = new RawClient(first.port);
    client.send(GET_SLOW);
    await slow.arrived;
    const next = second(first.port, "0.0.0.0");
    await next.replace(first.server);
    const left = first.server.close(10_000);
    expect(await (await fetch(`${first.url}/who`)).text()).toBe("second");
    slow.open();
    expect(await client.toEnd()).toContain("slow, of the first");
    await left;
    await next.close(0);
  });

  test.each([
    ["a port in use", "server_port_in_use", undefined],
    ["a host that is not this machine's", "server_address_invalid", "203.0.113.7"],
  ])("leaves the first one as it is when it is %s", async (_what, code, host) => {
    await using first = await serve([route("first", "/who")]);
    await using other = await serve([]);
    const next = second(host === undefined ? other.port : first.port, host);
    await expect(next.replace(first.server)).rejects.toMatchObject({ code });
    expect(await (await fetch(`${first.url}/who`)).text()).toBe("first");
  });
});

test("a connection with nothing under way is not waited for", async () => {
  await using first = await serve([]);
  await using client = new RawClient(first.port);
  await once(client.socket, "connect");
  const next = second(0);
  await next.replace(first.server);
  await first.server.close(10_000);
  expect(client.socket.closed).toBe(false);
  await next.close(0);
});
