import { describe, expect, test } from "vitest";
import { HTTP_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import type { Rights } from "../../../host/src/contracts/capabilities.ts";
import { parseOrigin } from "../../../host/src/lib/origin.ts";
import { Caller } from "./caller.ts";
import { startServer } from "./http-support.ts";

function rightTo(origin: string): Partial<Rights> {
  const allow = [parseOrigin(origin)].flatMap((each) => each ?? []);
  return { http: { ...HTTP_DEFAULTS, allow, asked: allow, private: true } };
}

describe("http_request of an Extism PDK", () => {
  test("sends JSON and a body, and answers body, status and headers", async () => {
    const server = await startServer((_, response) => {
      response.writeHead(201, [
        ["x-a", "1"],
        ["x-a", "2"],
      ]);
      response.end("sunny");
    });
    const url = `http://127.0.0.1:${server.port}`;
    const guest = new Caller(rightTo(url));
    expect(guest.raw("http_status_code")).toBe(0);
    expect(guest.raw("http_headers")).toBe(0n);
    const json = JSON.stringify({ url: `${url}/x`, method: "POST", headers: { "X-Key": "k" } });
    expect(await guest.call("http_request", json, "body")).toBe("sunny");
    expect(server.requests[0]).toMatchObject({
      method: "POST",
      url: "/x",
      headers: expect.objectContaining({ "x-key": "k" }),
      body: "body",
    });
    expect(guest.raw("http_status_code")).toBe(201);
    expect(JSON.parse(String(guest.call("http_headers")))).toMatchObject({ "x-a": "1, 2" });
    guest.begin();
    expect(guest.raw("http_status_code")).toBe(0);
  });

  test("is a GET unless it says otherwise", async () => {
    const server = await startServer((_, response) => response.end());
    const url = `http://127.0.0.1:${server.port}`;
    const guest = new Caller(rightTo(url));
    expect(await guest.call("http_request", JSON.stringify({ url }), 0n)).toBe("");
    expect(server.requests[0]?.method).toBe("GET");
  });

  test.each([
    ["no JSON", "{", "the request is not JSON"],
    ["no object", "1", "the request is no JSON object"],
    ["no URL", "{}", "expected JSON with url"],
    ["headers that are numbers", `{"url": "http://a.example", "headers": {"a": 1}}`, "as texts"],
    [
      "a line break in a header",
      `{"url": "http://a.example", "headers": {"a": "b\\nc: d"}}`,
      "control",
    ],
    ["a header of the host", `{"url": "http://a.example", "headers": {"Host": "b"}}`, "host alone"],
    ["a relative URL", `{"url": "/a"}`, "absolute URL"],
    ["another method", `{"url": "http://a.example", "method": "TRACE"}`, "expected one of"],
    ["a host that is not granted", `{"url": "http://b.example"}`, "not in the manifest"],
  ])("ends the call with a reason for %s", async (_, json, reason) => {
    const guest = new Caller(rightTo("http://a.example"));
    const call = Promise.resolve(guest.call("http_request", json, 0n));
    await expect(call).rejects.toThrow(
      expect.objectContaining({ name: "GuestStop", message: expect.stringContaining(reason) }),
    );
  });

  test("refuses too many headers and too long bodies", async () => {
    const url = "http://a.example";
    const guest = new Caller(rightTo(url));
    const names = Array.from({ length: 101 }, (_, index) => [`x-${index}`, "1"]);
    const many = JSON.stringify({ url, headers: Object.fromEntries(names) });
    await expect(Promise.resolve(guest.call("http_request", many, 0n))).rejects.toThrow("100");
    const body = new Uint8Array(1024 * 1024 + 1);
    const long = Promise.resolve(guest.call("http_request", JSON.stringify({ url }), body));
    await expect(long).rejects.toThrow("has 1048577 bytes");
  });

  test("is refused without the right", async () => {
    const guest = new Caller({});
    const call = Promise.resolve(guest.call("http_request", `{"url": "http://a.example"}`, 0n));
    await expect(call).rejects.toThrow("the capability http is not granted");
  });
});
