import { describe, expect, test } from "vitest";
import { FakeServices } from "../../support/fake-services.ts";
import { offerNative } from "../../support/web.ts";

const native = offerNative();
const mine = await import("../../../pdk-ts/src/web/fetch.ts");
const { crypto: myCrypto } = await import("../../../pdk-ts/src/web/crypto.ts");
const { URLSearchParams: MyParams } = await import("../../../pdk-ts/src/web/url.ts");
const { digestConstants } = await import("../../../pdk-ts/src/runtime/digest-constants.ts");
const { declareCapabilities } = await import("../../../pdk-ts/src/runtime/declared.ts");
const { installGlobals } = await import("../../../pdk-ts/src/runtime/globals.ts");

type Web = Pick<typeof globalThis, "Headers" | "Request" | "Response" | "URLSearchParams">;

const own = {
  Headers: mine.Headers,
  Request: mine.Request,
  Response: mine.Response,
  URLSearchParams: MyParams,
};

const WORLDS: readonly (readonly [string, Web])[] = [
  ["the plugin's", own as unknown as Web],
  ["Node's", globalThis],
];

describe.each(WORLDS)(
  "with %s classes",
  (_whose, { Headers, Request, Response, URLSearchParams }) => {
    test("headers are found by any case, joined, and listed by name", () => {
      const headers = new Headers([
        ["B", " 1\t"],
        ["a", "2"],
        ["b", "3"],
      ]);
      headers.append("Set-Cookie", "x");
      headers.append("set-cookie", "y");
      expect([...headers]).toEqual([
        ["a", "2"],
        ["b", "1, 3"],
        ["set-cookie", "x"],
        ["set-cookie", "y"],
      ]);
      expect([
        headers.get("B"),
        headers.get("c"),
        headers.has("A"),
        headers.getSetCookie(),
      ]).toEqual(["1, 3", null, true, ["x", "y"]]);
      headers.set("b", "4");
      headers.delete("A");
      expect([[...headers.keys()], [...headers.values()]]).toEqual([
        ["b", "set-cookie", "set-cookie"],
        ["4", "x", "y"],
      ]);
      const seen: string[] = [];
      new Headers(new Headers({ a: "1" })).forEach((value, name) => seen.push(name + value));
      expect(seen).toEqual(["a1"]);
      expect(Object.prototype.toString.call(headers)).toBe("[object Headers]");
    });

    test.each([
      ["a b", "c"],
      ["a", "b\nc"],
      ["a", "\u0100"],
    ])("%j: %j is no header", (name, value) => {
      expect(() => new Headers([[name, value]])).toThrow(TypeError);
      expect(() => new Headers().set(name, value)).toThrow(TypeError);
    });

    test("the body of a request is read as bytes, as a buffer, and as JSON", async () => {
      const post = () => new Request("https://a.example", { method: "POST", body: '["ü"]' });
      expect([...(await post().bytes())]).toEqual([...Buffer.from('["ü"]')]);
      expect((await post().arrayBuffer()).byteLength).toBe(6);
      expect(await post().json()).toEqual(["ü"]);
    });

    test("a request takes over what the one before had", async () => {
      const first = new Request("https://a.example/x", {
        method: "put",
        headers: { a: "1" },
        body: "ü",
      });
      const second = new Request(first.clone(), { headers: { b: "2" } });
      expect([second.method, second.url, second.headers.get("a"), second.headers.get("b")]).toEqual(
        ["PUT", "https://a.example/x", null, "2"],
      );
      expect(await second.text()).toBe("ü");
      expect([first.bodyUsed, second.bodyUsed]).toEqual([false, true]);
      expect(first.headers.get("content-type")).toBe("text/plain;charset=UTF-8");
      const withBody = { body: "b" };
      expect(() => new Request("https://a", withBody)).toThrow(TypeError);
      expect(() => new Request("/a")).toThrow(TypeError);
      await second.text().catch(() => undefined);
      expect(() => new Request(second)).toThrow(TypeError);
    });

    test.each([
      ["a text", (): unknown => "ü😀", "text/plain;charset=UTF-8"],
      ["bytes", (): unknown => new Uint8Array([0xc3, 0xbc]), null],
      [
        "a part of a buffer",
        (): unknown => new DataView(new TextEncoder().encode("xü").buffer, 1),
        null,
      ],
      ["a buffer", (): unknown => new TextEncoder().encode("a").buffer, null],
      [
        "a form",
        (): unknown => new URLSearchParams({ a: "b c" }),
        "application/x-www-form-urlencoded;charset=UTF-8",
      ],
    ] as const)("a body of %s reads back", async (_what, make, type) => {
      const response = new Response(make() as never);
      expect(response.headers.get("content-type")).toBe(type);
      const [a, b, c] = [response.clone(), response.clone(), response.clone()];
      const text = await response.text();
      expect(new TextDecoder().decode(await a.bytes())).toBe(text);
      expect(new TextDecoder().decode(await b.arrayBuffer())).toBe(text);
      expect(c.bodyUsed).toBe(false);
      await expect(response.text()).rejects.toThrow(TypeError);
      expect(() => response.clone()).toThrow(TypeError);
    });

    test("a response has a status, and a body where it may", async () => {
      expect(new Response().status).toBe(200);
      expect([
        new Response(null, { status: 404, statusText: "No" }).ok,
        new Response("").ok,
      ]).toEqual([false, true]);
      expect(() => new Response("a", { status: 204 })).toThrow(TypeError);
      expect(() => new Response(null, { status: 99 })).toThrow(RangeError);
      const json = Response.json({ a: 1 }, { status: 201 });
      expect([json.status, json.headers.get("content-type"), await json.json()]).toEqual([
        201,
        "application/json",
        { a: 1 },
      ]);
      expect(
        Response.json(1, { headers: { "content-type": "a/b" } }).headers.get("content-type"),
      ).toBe("a/b");
      expect(() => Response.json(undefined)).toThrow(TypeError);
      expect(await new Response().text()).toBe("");
    });
  },
);

describe("fetch", () => {
  declareCapabilities(["http"]);

  test("sends what it is given, and answers what comes back", async () => {
    native.services = new FakeServices({ bw_http_send: () => "!404\na: 1\nb: 2\na: 3\n\nü" });
    const body = new TextEncoder().encode("ü");
    const response = await mine.fetch("http://a/x#y", { method: "put", body });
    expect([response.status, response.ok, response.url]).toEqual([404, false, "http://a/x#y"]);
    expect([[...response.headers], await response.text()]).toEqual([
      [
        ["a", "1, 3"],
        ["b", "2"],
      ],
      "ü",
    ]);
    expect(native.services.calls).toEqual(['bw_http_send "PUT http://a/x\\n\\nü" 0']);
  });

  test("sends texts and requests, and answers without a body", async () => {
    native.services = new FakeServices({ bw_http_send: () => "!204\n\n" });
    const init = { method: "POST", headers: { "content-type": "a/b" }, body: "x" };
    const response = await mine.fetch(new mine.Request("http://a/", init));
    expect([response.status, await response.text()]).toEqual([204, ""]);
    const sent = 'bw_http_send "POST http://a/\\ncontent-type: a/b\\n\\nx" 0';
    expect(native.services.calls).toEqual([sent]);
  });

  test("rejects with a TypeError whose cause is the host's fault, or with what else was wrong", async () => {
    const services = new FakeServices({ bw_http_send: () => services.fail("timeout", "late") });
    native.services = services;
    await expect(mine.fetch("http://a")).rejects.toMatchObject({
      name: "TypeError",
      message: "fetch failed: late",
      cause: { name: "HostError", code: "timeout" },
    });
    declareCapabilities([]);
    await expect(mine.fetch("http://a")).rejects.toThrow("add capabilities.http to plugin.yaml");
    declareCapabilities(["http"]);
  });
});

test("fetch does not do what the host does not", async () => {
  await expect(mine.fetch("https://a", { redirect: "manual" })).rejects.toThrow(
    "redirect cannot be",
  );
  await expect(mine.fetch("https://a", { method: "TRACE" })).rejects.toThrow("is none of GET");
  await expect(mine.fetch("ftp://a")).rejects.toThrow("is no absolute http or https URL");
});

describe("crypto", () => {
  test("fills integers only, and not without bound", () => {
    expect(myCrypto.getRandomValues(new Int16Array(100)).some((n) => n !== 0)).toBe(true);
    const draw = (array: ArrayBufferView): unknown => myCrypto.getRandomValues(array);
    expect(() => draw(new Float32Array(1))).toThrow(
      expect.objectContaining({ name: "TypeMismatchError" }),
    );
    expect(() => draw([1] as never)).toThrow(
      expect.objectContaining({ name: "TypeMismatchError" }),
    );
    expect(() => draw(new Uint8Array(65_537))).toThrow(
      expect.objectContaining({ name: "QuotaExceededError" }),
    );
    expect(myCrypto.randomUUID()).not.toBe(myCrypto.randomUUID());
  });

  test("knows four digests", async () => {
    const digest = await myCrypto.subtle.digest({ name: "sha-256" }, new ArrayBuffer(0));
    expect(Buffer.from(digest).toString("hex")).toMatch(/^e3b0c44298fc1c14/);
    await expect(myCrypto.subtle.digest("MD5", new ArrayBuffer(0))).rejects.toThrow(
      "MD5 is none of SHA-1, SHA-256",
    );
  });

  test("its constants are those of FIPS 180-4", () => {
    const view = new DataView(digestConstants().buffer);
    const at = (row: number) => view.getBigUint64(row * 8, true).toString(16);
    expect([at(0), at(79), at(80), at(88)]).toEqual([
      "428a2f98d728ae22",
      "6c44198c4a475817",
      "6a09e667f3bcc908",
      "cbbb9d5dc1059ed8",
    ]);
  });
});

test("encodeInto writes whole characters only", () => {
  const kept = Object.getOwnPropertyDescriptors(globalThis);
  const random = Math.random;
  installGlobals();
  const encoder = new TextEncoder();
  for (const name of ["console", "TextEncoder", "TextDecoder"] as const) {
    Object.defineProperty(globalThis, name, kept[name]);
  }
  Math.random = random;
  for (let room = 0; room < 12; room++) {
    const [first, second] = [new Uint8Array(room), new Uint8Array(room)];
    const text = "aü€😀\ud800";
    expect(encoder.encodeInto(text, first)).toEqual(new TextEncoder().encodeInto(text, second));
    expect(first).toEqual(second);
  }
});
