import { describe, expect, test } from "vitest";
import type { Resolve } from "../../../host/src/sandbox/capabilities/http/lookup.ts";
import { ManualClock } from "../../support/clock.ts";
import { TEST_CERTIFICATE } from "../../support/tls.ts";
import { budget, get, openClient, outcome, startServer } from "./http-support.ts";

const resolve: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];

describe("bounds", () => {
  test("the time is that of the whole call, drop by drop answers included", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("."), 10);
      response.on("close", () => clearInterval(drip));
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin], timeoutMs: 100 });
    expect(await outcome(client.send(get(origin), budget()))).toBe(
      `timeout: the request to 127.0.0.1:${server.port} took longer than 100 ms`,
    );
  });

  test("a call may ask for less time than granted, and gets no more", async () => {
    const clock = new ManualClock();
    const server = await startServer(() => clock.advance(50));
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin], timeoutMs: 100 }, { clock });
    const call = client.send(get(origin), budget(), { timeoutMs: 50 });
    expect(await outcome(call)).toMatch(/longer than 50 ms$/);
    const long = client.send(get(origin), budget(), { timeoutMs: 5000 });
    clock.advance(100);
    expect(await outcome(long)).toMatch(/longer than 100 ms$/);
  });

  test("the end of the invocation ends its requests", async () => {
    const server = await startServer(() => undefined);
    const origin = `http://127.0.0.1:${server.port}`;
    const invocation = new AbortController();
    const call = openClient({ allow: [origin] }).send(get(origin), budget(), {
      signal: invocation.signal,
    });
    invocation.abort();
    expect(await outcome(call)).toMatch(/^unavailable: .*\(ABORT_ERR\)$/);
  });

  test.each([
    ["announced", { "content-length": "1000" }],
    ["not announced", {}],
  ])("an answer that is too long is cut off, its length %s", async (_, headers) => {
    const server = await startServer((__, response) => {
      response.writeHead(200, headers);
      response.end("x".repeat(1000));
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin], responseBytesMax: 999 });
    expect(await outcome(client.send(get(origin), budget()))).toBe(
      `too_large: the answer of 127.0.0.1:${server.port} has more than 999 bytes (grants.http.response_bytes_max)`,
    );
  });

  test("an answer without end is cut off", async () => {
    const server = await startServer((_, response) => {
      const more = (): void => {
        while (response.write(Buffer.alloc(65_536)) && !response.destroyed);
      };
      response.on("drain", more).on("error", () => undefined);
      more();
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    expect(await outcome(client.send(get(origin), budget()))).toMatch(/^too_large: /);
  });

  test("an invocation sends so many requests, redirects among them", async () => {
    const server = await startServer((incoming, response) => {
      if (incoming.url === "/first") response.writeHead(302, { location: "/" });
      response.end();
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin], callsMax: 3 });
    const spent = budget();
    await client.send(get(`${origin}/first`), spent);
    await client.send(get(origin), spent);
    expect(await outcome(client.send(get(origin), spent))).toBe(
      "quota: more than 3 HTTP requests in one invocation (grants.http.calls_max)",
    );
    expect(await client.send(get(origin), budget())).toMatchObject({ status: 200 });
  });

  test("six requests are under way at once, no more", async () => {
    const release = Promise.withResolvers<void>();
    const server = await startServer((_, response) => {
      void release.promise.then(() => response.end());
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    const spent = budget();
    const calls = Array.from({ length: 7 }, async () => outcome(client.send(get(origin), spent)));
    expect(await calls[6]).toBe("quota: more than 6 HTTP requests at once in one invocation");
    release.resolve();
    expect(await Promise.all(calls.slice(0, 6))).toHaveLength(6);
    expect(spent).toEqual({ sent: 6, open: 0 });
  });
});

describe("TLS", () => {
  test("a certificate is checked, whatever the environment says", async () => {
    const server = await startServer((_, response) => response.end(), "https");
    const origin = `https://test.example:${server.port}`;
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      const call = openClient({ allow: [origin] }, { resolve }).send(get(origin), budget());
      expect(await outcome(call)).toMatch(/^unavailable: .*\(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
  });

  test("the name on it must be that of the URL", async () => {
    const server = await startServer((_, response) => response.end("ok"), "https");
    const origins = ["test", "other"].map((name) => `https://${name}.example:${server.port}`);
    const options = { resolve, authorities: TEST_CERTIFICATE };
    const client = openClient({ allow: origins }, options);
    expect(await client.send(get(origins[0] ?? ""), budget())).toMatchObject({ status: 200 });
    expect(await outcome(client.send(get(origins[1] ?? ""), budget()))).toMatch(
      /\(ERR_TLS_CERT_ALTNAME_INVALID\)$/,
    );
  });
});
