import { describe, expect, test } from "vitest";
import { ECHO, RawClient, exchangeBytes, route, serve, text } from "./support.ts";

const CLOSE = "connection: close\r\n";

function statuses(received: string): string[] {
  return Array.from(received.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => status ?? "");
}

function get(path: string, more = ""): string {
  return `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
}

function postExpecting(length: number, path = "/echo"): string {
  return `POST ${path} HTTP/1.1\r\nhost: x\r\n${CLOSE}expect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;
}

describe("bytes that are no request", () => {
  test.each([
    ["not HTTP", "hello\r\n\r\n", "400"],
    ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\x01", "400"],
    ["a version there is not", "GET / HTTP/9.9\r\nhost: x\r\n\r\n", "400"],
    [
      "a length that is no number",
      "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: abc\r\n\r\n",
      "400",
    ],
    ["a negative length", "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n", "400"],
    [
      "two lengths",
      "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
      "400",
    ],
    [
      "a length and chunks",
      "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
      "400",
    ],
    ["a header without a name", "GET / HTTP/1.1\r\n: x\r\n\r\n", "400"],
    ["a space before the colon", "GET / HTTP/1.1\r\nhost : x\r\n\r\n", "400"],
    ["a folded header", "GET / HTTP/1.1\r\nhost: x\r\n y\r\n\r\n", "400"],
    ["a head of 17 KiB", `GET / HTTP/1.1\r\nhost: x\r\nx-a: ${"a".repeat(17_000)}\r\n\r\n`, "431"],
    ["a target of 17 KiB", `GET /${"a".repeat(17_000)} HTTP/1.1\r\nhost: x\r\n\r\n`, "431"],
    ["a method there is not", "BREW / HTTP/1.1\r\nhost: x\r\n\r\n", "400"],
  ])("%s", async (_, bytes, status) => {
    await using app = await serve([ECHO]);
    const received = await exchangeBytes(app.port, bytes);
    expect(statuses(received)).toEqual([status]);
    expect(received).toContain("application/problem+json");
    expect(received).toMatch(/x-request-id: [0-9a-f]{32}\r\n/);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });
});

describe("requests that Node takes and we refuse", () => {
  test.each([
    ["101 headers", `GET / HTTP/1.1\r\nhost: x\r\n${CLOSE}${"a: b\r\n".repeat(99)}\r\n`, "431"],
    ["a raw byte in the target", `GET /\xe9 HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`, "400"],
    ["a fragment", `GET /a#b HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`, "400"],
    ["an asterisk for GET", `GET * HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`, "400"],
    ["two hosts", `GET / HTTP/1.1\r\nhost: x\r\nhost: y\r\n${CLOSE}\r\n`, "400"],
    ["no host", `GET / HTTP/1.1\r\n${CLOSE}\r\n`, "400"],
  ])("%s", async (_, bytes, status) => {
    await using app = await serve([route("root", "/*")]);
    const received = await exchangeBytes(app.port, bytes);
    expect(statuses(received)).toEqual([status]);
    expect(received).toMatch(/x-request-id: [0-9a-f]{32}\r\n/);
    expect(received).toContain("application/problem+json");
  });

  test("CONNECT gets no tunnel and does no harm", async () => {
    await using app = await serve([]);
    const received = await exchangeBytes(app.port, "CONNECT x:80 HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(received).not.toContain("200");
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });

  test.each([
    ["100 headers", `GET /a HTTP/1.1\r\nhost: x\r\n${CLOSE}${"a: b\r\n".repeat(98)}\r\n`, "200"],
    ["the absolute form", `GET http://x/a?b HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`, "200"],
    ["the absolute form, no path", `GET http://x?b HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`, "404"],
    ["OPTIONS *", `OPTIONS * HTTP/1.1\r\nhost: x\r\n${CLOSE}\r\n`, "204"],
    [
      "an upgrade nobody offers",
      `GET /a HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\n${CLOSE}\r\n`,
      "200",
    ],
    ["HTTP/1.0", "GET /a HTTP/1.0\r\n\r\n", "200"],
    ["an expectation", `GET /a HTTP/1.1\r\nhost: x\r\nexpect: magic\r\n${CLOSE}\r\n`, "200"],
    [
      "HTTP/1.0 that expects",
      "POST /p HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\nx",
      "200",
    ],
  ])("%s is fine", async (_, bytes, status) => {
    await using app = await serve([route("a", "/a"), route("p", "/p", ["POST"])]);
    expect(statuses(await exchangeBytes(app.port, bytes))).toEqual([status]);
  });
});

describe("bodies that break off", () => {
  const CHUNKED = "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";

  test.each([
    ["a chunk without a size", "zz\r\nab\r\n", "400"],
    ["a chunk longer than it says", "1\r\nabc\r\n", "400"],
    ["chunk extensions without end", `1;${"a".repeat(17_000)}`, "413"],
  ])("%s", async (_, bytes, status) => {
    await using app = await serve([ECHO]);
    expect(statuses(await exchangeBytes(app.port, CHUNKED + bytes))).toEqual([status]);
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });

  test.each([
    ["a chunk without a size", "zz\r\nab\r\n", 400],
    ["an end before the end", undefined, 400],
    ["chunk extensions without end", `1;${"a".repeat(17_000)}`, 413],
  ])("%s is in the log with what was answered", async (_, bytes, status) => {
    await using app = await serve([ECHO]);
    await using client = new RawClient(app.port);
    client.send(CHUNKED + (bytes ?? "5\r\na"));
    if (bytes === undefined) client.socket.end();
    const received = await client.toEnd();
    const [, body = ""] = received.split("\r\n\r\n");
    const id = /x-request-id: (\w+)/.exec(received)?.[1];
    expect(app.lines.filter((line) => line.level === "info")).toEqual([
      expect.objectContaining({
        msg: "request",
        status,
        bytes: body.length,
        route: "echo",
        requestId: id,
      }),
    ]);
    expect(JSON.parse(body)).toMatchObject({ status, traceId: id });
  });

  test("behind a request that waits nothing is said", async () => {
    await using app = await serve([
      ECHO,
      { ...route("never", "/"), handler: () => new Promise(() => undefined) },
    ]);
    expect(await exchangeBytes(app.port, `${get("/")}${CHUNKED}zz\r\n`)).toBe("");
  });
});

describe("pipelined requests", () => {
  test("are answered in order, whatever takes longer", async () => {
    const gate = Promise.withResolvers<undefined>();
    await using app = await serve([
      {
        ...route("slow", "/slow"),
        handler: async () => {
          await gate.promise;
          return text("slow");
        },
      },
      {
        ...route("fast", "/fast"),
        handler: () => {
          gate.resolve(undefined);
          return text("fast");
        },
      },
    ]);
    const received = await exchangeBytes(app.port, get("/slow") + get("/fast") + get("/x", CLOSE));
    expect(statuses(received)).toEqual(["200", "200", "404"]);
    expect(received.indexOf("\r\n\r\nslow")).toBeLessThan(received.indexOf("\r\n\r\nfast"));
  });

  test("garbage behind a request that waits is never taken for its answer", async () => {
    await using app = await serve([
      { ...route("never", "/"), handler: () => new Promise(() => undefined) },
    ]);
    expect(await exchangeBytes(app.port, `${get("/")}garbage\r\n\r\n`)).toBe("");
  });

  test("garbage behind an answered request gets its own answer", async () => {
    await using app = await serve([route("a", "/")]);
    const received = await exchangeBytes(app.port, `${get("/")}garbage\r\n\r\n`);
    expect(statuses(received)).toEqual(["200", "400"]);
  });

  test("a body is not mistaken for the next request", async () => {
    await using app = await serve([ECHO]);
    const inner = get("/livez");
    const post = `POST /echo HTTP/1.1\r\nhost: x\r\n${CLOSE}content-length: ${inner.length}\r\n\r\n`;
    const received = await exchangeBytes(app.port, post + inner);
    expect(statuses(received)).toEqual(["200"]);
    expect(received).toMatch(new RegExp(`\r\n\r\n${inner.length}$`));
  });

  test("nothing behind a refused upload is answered", async () => {
    await using app = await serve([ECHO]);
    const post = `POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 2000\r\n\r\n`;
    const received = await exchangeBytes(
      app.port,
      post + get("/livez").padEnd(2000) + get("/livez"),
    );
    expect(statuses(received)).toEqual(["413"]);
  });
});

describe("Expect: 100-continue", () => {
  test("the client is asked for a body that fits", async () => {
    await using app = await serve([ECHO]);
    await using client = new RawClient(app.port);
    client.send(postExpecting(3));
    await client.until("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    expect(statuses(await client.toEnd())).toEqual(["100", "200"]);
  });

  test.each([
    ["too large", 1001, "/echo", "413"],
    ["for nobody", 3, "/other", "404"],
  ])("a body that is %s is refused before it is sent", async (_, length, path, status) => {
    await using app = await serve([ECHO]);
    await using client = new RawClient(app.port);
    client.send(postExpecting(length, path));
    await client.until('"traceId"');
    client.socket.end();
    expect(statuses(await client.toEnd())).toEqual([status]);
  });
});

describe("other expectations", () => {
  test.each(["magic", "100-continue, magic", "200-ok"])(
    "a body with Expect: %s is 417",
    async (expect_) => {
      await using app = await serve([ECHO]);
      const head = `POST /echo HTTP/1.1\r\nhost: x\r\n${CLOSE}expect: ${expect_}\r\ncontent-length: 3\r\n\r\n`;
      const received = await exchangeBytes(app.port, `${head}abc`);
      expect(statuses(received)).toEqual(["417"]);
      expect(received).toContain("urn:backworks:error:request_expectation_unknown");
    },
  );

  test("100-Continue is asked for in any case", async () => {
    await using app = await serve([ECHO]);
    await using client = new RawClient(app.port);
    client.send(postExpecting(3).replace("100-continue", "100-Continue"));
    await client.until("HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    expect(statuses(await client.toEnd())).toEqual(["100", "200"]);
  });
});

describe("a client that goes away", () => {
  test("in the middle of its body is logged and forgotten", async () => {
    await using app = await serve([ECHO]);
    {
      await using client = new RawClient(app.port);
      client.send("POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc");
      await new Promise((resolve) => setTimeout(resolve, 30));
      client.socket.resetAndDestroy();
    }
    await expect
      .poll(() => app.lines.find((line) => line.msg === "client gone"))
      .toMatchObject({ status: 499, route: "echo", bytes: 0 });
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });

  test("before its answer does no harm", async () => {
    const gate = Promise.withResolvers<undefined>();
    const arrived = Promise.withResolvers<undefined>();
    await using app = await serve([
      {
        ...route("slow", "/"),
        handler: async () => {
          arrived.resolve(undefined);
          await gate.promise;
          return text("late");
        },
      },
    ]);
    {
      await using client = new RawClient(app.port);
      client.send("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
      await arrived.promise;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    gate.resolve(undefined);
    await expect
      .poll(() => app.lines.find((line) => line.route === "slow"))
      .toMatchObject({ msg: "client gone" });
    expect((await fetch(`${app.url}/livez`)).status).toBe(200);
  });
});
