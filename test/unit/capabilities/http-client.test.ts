import { describe, expect, test } from "vitest";
import { budget, get, openClient, outcome, request, startServer } from "./http-support.ts";

describe("a request", () => {
  test("goes out as it was written and comes back whole", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(201, [
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
        ["X-Name", "Z\u00fcrich"],
        ["Connection", "close"],
      ]);
      response.end("made");
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    const answer = await client.send(
      request(`POST ${origin}/a?b=c\nX-A: 1\nx-a: 2\ncontent-type: text/plain\n\nbody\n\nmore`),
      budget(),
    );
    expect(server.requests).toEqual([
      {
        method: "POST",
        url: "/a?b=c",
        headers: expect.objectContaining({
          host: `127.0.0.1:${server.port}`,
          "x-a": "1, 2",
          "content-length": "10",
        }),
        rawHeaders: expect.not.arrayContaining(["Transfer-Encoding"]),
        body: "body\n\nmore",
      },
    ]);
    expect(answer.status).toBe(201);
    expect(answer.headers.slice(0, 3)).toEqual([
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
      ["x-name", "Z\u00fcrich"],
    ]);
    expect(answer.headers.map(([name]) => name)).not.toContain("connection");
    expect(Buffer.from(answer.body).toString()).toBe("made");
  });

  test.each(["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH"])("may be %s", async (method) => {
    const server = await startServer((_, response) => response.end("1234"));
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin], responseBytesMax: 4 });
    const answer = await client.send(request(`${method} ${origin}/\n`), budget());
    expect(answer.body).toHaveLength(method === "HEAD" ? 0 : 4);
    expect(server.requests[0]).toMatchObject({ method, body: "" });
  });

  test("to a server that is not there fails in words", async () => {
    const server = await startServer(() => undefined);
    const origin = `http://127.0.0.1:${server.port}`;
    server.server.close();
    const client = openClient({ allow: [origin] });
    expect(await outcome(client.send(get(origin), budget()))).toBe(
      `unavailable: the request to 127.0.0.1:${server.port} failed (ECONNREFUSED)`,
    );
  });

  test("is sent again when a connection that was kept is found closed", async () => {
    const server = await startServer((_, response) => response.end("ok"));
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    server.server.on("connection", (socket) => {
      // Closes as the second request arrives: the client has seen no sign of it.
      let chunks = 0;
      socket.on("data", () => {
        chunks++;
        if (chunks === 2) socket.resetAndDestroy();
      });
    });
    const first = await client.send(get(`${origin}/1`), budget());
    const second = await client.send(get(`${origin}/2`), budget());
    expect([first.status, second.status]).toEqual([200, 200]);
  });

  test.each([
    ["a status beyond 599", "HTTP/1.1 799 Odd\r\ncontent-length: 0\r\n\r\n"],
    [
      "another protocol",
      "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
    ],
    ["no HTTP", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["half an answer", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"],
    ["a head without end", `HTTP/1.1 200 OK\r\nx: ${"x".repeat(20_000)}\r\n`],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
  ])("that is answered with %s is unavailable", async (_, wire) => {
    const server = await startServer((incoming) => incoming.socket.end(wire, "latin1"));
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    expect(await outcome(client.send(get(origin), budget()))).toMatch(/^unavailable: /);
  });
});

describe("the list of hosts", () => {
  const client = openClient({
    allow: ["https://a.example", "https://*.b.example", "http://c.example:8080", "http://1.2.3.4"],
    asked: ["https://a.example", "https://*.b.example", "http://1.2.3.4"],
  });

  test.each([
    ["http://a.example/", "http://a.example:80 is not in the manifest"],
    ["https://a.example:444/", "https://a.example:444 is not in the manifest"],
    ["https://b.example/", "https://b.example:443 is not in the manifest"],
    ["https://evilb.example/", "https://evilb.example:443 is not in the manifest"],
    ["https://a.example.evil.example/", "not in the manifest"],
    ["https://a.example./", "not in the manifest"],
    ["http://c.example:8080/", "add it to capabilities.http.hosts"],
    ["ftp://a.example/", "ftp: URLs are not sent"],
    ["file:///etc/passwd", "file: URLs are not sent"],
    ["data:text/plain,a", "data: URLs are not sent"],
  ])("does not let %s pass", async (url, message) => {
    const result = await outcome(client.send(get(url), budget()));
    expect(result).toContain("not_granted: ");
    expect(result).toContain(message);
  });

  test("names the key when the operator has not granted a host", async () => {
    const narrow = openClient({ allow: ["https://a.example"], asked: ["https://*.example"] });
    expect(await outcome(narrow.send(get("https://b.example/"), budget()))).toBe(
      "not_granted: https://b.example:443 is not granted: the operator can add it to grants.http.allow",
    );
  });

  test.each(["https://user:pass@a.example/", "https://a.example@x.b.example/"])(
    "refuses the user name in %s",
    async (url) => {
      const result = await outcome(client.send(get(url), budget()));
      expect(result).toMatch(/^invalid: the URL for .* holds a user name/);
    },
  );
});

describe("redirects", () => {
  test("are followed with the method that their status asks for", async () => {
    const server = await startServer((incoming, response) => {
      const status = Number(incoming.url?.slice(1));
      if (status > 0) response.writeHead(status, { location: "/end" });
      response.end(incoming.method);
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    const methods: Record<string, string> = {};
    for (const status of [301, 302, 303, 307, 308]) {
      const post = request(`POST ${origin}/${status}\ncontent-type: text/plain\nx-a: 1\n\nbody`);
      const answer = await client.send(post, budget());
      methods[status] = Buffer.from(answer.body).toString();
    }
    expect(methods).toEqual({ 301: "GET", 302: "GET", 303: "GET", 307: "POST", 308: "POST" });
    const ends = server.requests.filter(({ url }) => url === "/end");
    expect(ends.map(({ body }) => body)).toEqual(["", "", "", "body", "body"]);
    expect(ends[0]?.headers).toMatchObject({ "x-a": "1" });
    expect(ends[0]?.headers["content-type"]).toBeUndefined();
  });

  test("off the list are not followed", async () => {
    const inner = await startServer((_, response) => response.end("secret"));
    const server = await startServer((_, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` }).end();
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    expect(await outcome(client.send(get(origin), budget()))).toBe(
      `not_granted: redirected by 127.0.0.1:${server.port}: http://127.0.0.1:${inner.port} is not in the manifest: add it to capabilities.http.hosts`,
    );
    expect(inner.requests).toEqual([]);
  });

  test.each(["file:///etc/passwd", "http://u:p@127.0.0.1:PORT/", "http://[::zz]/"])(
    "to %s are not followed",
    async (target) => {
      const server = await startServer((incoming, response) => {
        const location = target.replace("PORT", String(incoming.socket.localPort));
        response.writeHead(302, { location }).end();
      });
      const origin = `http://127.0.0.1:${server.port}`;
      const client = openClient({ allow: [origin] });
      expect(await outcome(client.send(get(origin), budget()))).toMatch(
        /^(not_granted|invalid|unavailable): /,
      );
      expect(server.requests).toHaveLength(1);
    },
  );

  test("to another origin carry no credentials, of whatever name", async () => {
    const other = await startServer((_, response) => response.end("ok"));
    const server = await startServer((_, response) => {
      response.writeHead(307, { location: `http://127.0.0.1:${other.port}/` }).end();
    });
    const origins = [server, other].map(({ port }) => `http://127.0.0.1:${port}`);
    const client = openClient({ allow: origins });
    const sent = `GET ${origins[0]}/\nauthorization: a\ncookie: b\nx-api-key: c\naccept: text/plain\n`;
    await client.send(request(sent), budget());
    const { headers = {} } = other.requests[0] ?? {};
    expect(Object.keys(headers).toSorted()).toEqual(["accept", "connection", "host"]);
  });

  test("end after five", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(302, { location: "/again" }).end();
    });
    const origin = `http://127.0.0.1:${server.port}`;
    const client = openClient({ allow: [origin] });
    expect(await outcome(client.send(get(origin), budget()))).toMatch(
      "redirects more than 5 times",
    );
    expect(server.requests).toHaveLength(6);
  });

  test("without a place to go are answers", async () => {
    const server = await startServer((_, response) => response.writeHead(302).end("here"));
    const origin = `http://127.0.0.1:${server.port}`;
    const answer = await openClient({ allow: [origin] }).send(get(origin), budget());
    expect(answer.status).toBe(302);
  });
});
