import { once } from "node:events";
import type { HttpRoute } from "../../../host/src/http/dispatch.ts";
import { describe, expect, test } from "vitest";
import { RawClient, exchangeBytes, route, serve, text } from "./support.ts";
import { explainListen } from "../../../host/src/http/listen.ts";
import { DEFAULT_HTTP_LIMITS } from "../../../host/src/http/limits.ts";

function config(host: string, port: number) {
  return { config: { host, port, bodyBytesMax: 1000 } };
}

describe("listening", () => {
  test("port 0 becomes a real one", async () => {
    await using app = await serve([route("a", "/")]);
    expect(app.port).toBeGreaterThan(0);
  });

  test("a port in use is named, and how to choose another", async () => {
    await using app = await serve([]);
    await expect(serve([], config("127.0.0.1", app.port))).rejects.toMatchObject({
      code: "server_port_in_use",
      message: expect.stringMatching(
        new RegExp(`port ${app.port} on 127.0.0.1 is already in use.*--port`),
      ),
    });
  });

  test.each(["203.0.113.7", "no.such.host.invalid"])(
    "%s is not an address of this machine",
    async (host) => {
      await expect(serve([], config(host, 0))).rejects.toMatchObject({
        code: "server_address_invalid",
        message: expect.stringContaining(host),
      });
    },
  );

  test.each([
    ["EADDRINUSE", "server_port_in_use"],
    ["EACCES", "server_port_forbidden"],
    ["EADDRNOTAVAIL", "server_address_invalid"],
    ["ENOTFOUND", "server_address_invalid"],
  ])("the system's %s is our %s", (code, expected) => {
    const error = Object.assign(new Error("listen"), { code });
    expect(explainListen(error, "h", 1)).toMatchObject({ code: expected, cause: error });
  });

  test("what else goes wrong stays as it is", () => {
    const error = new Error("listen");
    expect(explainListen(error, "h", 1)).toBe(error);
  });

  test("closing twice is no trouble", async () => {
    await using app = await serve([]);
    await app.server.close(0);
    await expect(app.server.close(0)).resolves.toBeUndefined();
  });
});

describe("closing", () => {
  test("answers under way are finished, then their connections end", async () => {
    const gate = Promise.withResolvers<undefined>();
    const arrived = Promise.withResolvers<undefined>();
    await using app = await serve([
      {
        ...route("slow", "/slow"),
        handler: async () => {
          arrived.resolve(undefined);
          await gate.promise;
          return text("done");
        },
      },
    ]);
    const answer = fetch(`${app.url}/slow`);
    await arrived.promise;
    const closing = app.server.close(10_000);
    await expect(fetch(`${app.url}/slow`)).rejects.toThrow("fetch failed");
    gate.resolve(undefined);
    const response = await answer;
    expect([response.headers.get("connection"), await response.text()]).toEqual(["close", "done"]);
    await closing;
  });

  test("idle connections do not keep the server open", async () => {
    await using app = await serve([route("a", "/")]);
    await using client = new RawClient(app.port);
    client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await client.until("\r\n\r\na");
    await app.server.close(10_000);
    await expect(client.toEnd()).resolves.toContain("200 OK");
  });

  test("a connection that never asked anything does not keep the server open", async () => {
    await using app = await serve([]);
    await using client = new RawClient(app.port);
    await once(client.socket, "connect");
    // Answered by a second one, so that the server has taken the first.
    await (await fetch(`${app.url}/livez`)).text();
    await app.server.close(10_000);
    await expect(client.toEnd()).resolves.toBe("");
  });

  test("what is not finished in time is cut off", async () => {
    const arrived = Promise.withResolvers<undefined>();
    await using app = await serve([
      {
        ...route("never", "/"),
        handler: () => {
          arrived.resolve(undefined);
          return new Promise(() => undefined);
        },
      },
    ]);
    await using client = new RawClient(app.port);
    client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await arrived.promise;
    await app.server.close(20);
    await expect(client.toEnd()).resolves.toBe("");
  });
});

describe("time-outs", () => {
  const limits = {
    ...DEFAULT_HTTP_LIMITS,
    headTimeoutMs: 60,
    requestTimeoutMs: 120,
    checkIntervalMs: 20,
  };

  test("a head that trickles in is cut off with 408", async () => {
    await using app = await serve([], { limits });
    const received = await exchangeBytes(app.port, "GET / HTTP/1.1\r\nhost: x\r\n");
    expect(received).toMatch(/^HTTP\/1.1 408 Request Timeout\r\n/);
    expect(received).toContain("urn:backworks:error:request_timed_out");
  });

  test("a body that never ends is cut off with 408", async () => {
    await using app = await serve([route("a", "/", ["POST"])], { limits });
    await using client = new RawClient(app.port);
    client.send("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc");
    expect(await client.toEnd()).toMatch(/^HTTP\/1\.1 408 /);
    expect(app.lines.find((line) => line.msg === "request")).toMatchObject({ status: 408 });
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });

  test("a client that stops reading is cut off", async () => {
    const body = new Uint8Array(50_000_000);
    await using app = await serve(
      [{ ...route("large", "/"), handler: () => ({ status: 200, headers: [], body }) }],
      { limits: { ...limits, stallTimeoutMs: 100 } },
    );
    await using client = new RawClient(app.port);
    client.socket.pause();
    client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await expect.poll(() => app.lines.some((line) => line.msg === "request")).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 300));
    client.socket.resume();
    expect((await client.toEnd()).length).toBeLessThan(50_000_000);
  });
});

test("beyond the limit of connections new ones are closed", async () => {
  await using app = await serve([route("a", "/")], {
    limits: { ...DEFAULT_HTTP_LIMITS, connectionsMax: 1 },
  });
  await using first = new RawClient(app.port);
  await once(first.socket, "connect");
  expect(await exchangeBytes(app.port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n")).toBe("");
  first.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(await first.until("\r\n\r\na")).toContain("200 OK");
});

test("an IPv4 client of an IPv6 socket is known by its own address", async () => {
  const whoAsks: HttpRoute = { ...route("who", "/"), handler: ({ client }) => text(client) };
  await using app = await serve([whoAsks], config("::ffff:127.0.0.1", 0));
  expect(await (await fetch(app.url)).text()).toBe("127.0.0.1");
});
