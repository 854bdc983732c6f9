import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { refusalOf } from "../../support/build-cases.ts";
import { FakeServices } from "../../support/fake-services.ts";
import { buildSource, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";

const HOOKS = { process_endpoint: {} };

interface Options {
  readonly capabilities?: JsonObject;
  readonly services?: FakeServices;
}

/** Runs statements that return a JSON value, in a built plugin in the sandbox; answers it. */
async function evaluate(statements: string, options: Options = {}): Promise<unknown> {
  const { capabilities = {}, services } = options;
  const source = `
    import { Reply } from "@backworks/pdk";
    export async function processEndpoint(): Promise<Reply> {
      const result = await (async () => { ${statements} })();
      return Reply.json(200, result ?? null);
    }`;
  const built = await buildSource(source, HOOKS, { capabilities });
  const limits = { call: { fuel: 1_000_000_000, timeMs: 20_000 } };
  const bound = services === undefined ? {} : { services: services.bound };
  const plugin = await runPlugin(built, { limits, ...bound });
  const output = await plugin.call("process_endpoint", headOf("GET /"));
  return JSON.parse(output.slice(output.indexOf("\n\n")));
}

describe("URL in the engine", () => {
  test.each([
    "https://u:p@EXAMPLE.com:443/a/../b c?q=ü&x='#f\"",
    "http://BÜCHER.example/%7Efoo/%zz",
    "http://0x7f.1/",
    "http://[1::0:2]:8080/",
    "file:///C|/../x",
    "mailto:a b@c?d",
    "http://faß.de/😀",
    "http://日本語。jp",
  ])("%s is what it is in Node", async (text) => {
    const statements = `
      const url = new URL(${JSON.stringify(text)});
      return [url.href, url.origin, url.host, url.pathname, url.search, url.hash, [...url.searchParams]];`;
    const url = new URL(text);
    const { href, origin, host, pathname, search, hash } = url;
    expect(await evaluate(statements)).toEqual([
      href,
      origin,
      host,
      pathname,
      search,
      hash,
      [...url.searchParams],
    ]);
  });

  test("it is there for libraries that look for it, too", async () => {
    const statements = `
      const found = [typeof URL, typeof globalThis.URL, globalThis.URL === URL, typeof globalThis.fetch];
      const own = (() => { class URL { x = 1; } return new URL().x; })();
      return [found, own, new URLSearchParams({ a: "b c" }).toString()];`;
    const capabilities = { http: { hosts: ["https://a.example"] } };
    const services = new FakeServices();
    expect(await evaluate(statements, { capabilities, services })).toEqual([
      ["function", "function", true, "function"],
      1,
      "a=b+c",
    ]);
  });

  test("what a source does not use is not in its module", async () => {
    const build = async (body: string) =>
      (await buildSource(`export const processEndpoint: any = () => ${body};`, HOOKS)).sizes;
    const [without, withUrl] = [await build("null"), await build("new URL('http://a')")];
    expect(withUrl.bundleBytes).toBeGreaterThan(without.bundleBytes + 10_000);
    expect(withUrl.dataBytes).toBeLessThan(without.dataBytes + 100_000);
  });
});

describe("crypto in the engine", () => {
  test("digests are those of Node, whatever the length", async () => {
    const lengths = [0, 1, 55, 56, 63, 64, 65, 111, 112, 119, 120, 127, 128, 129, 1000];
    const names = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];
    const statements = `
      const digests = [];
      for (const name of ${JSON.stringify(names)}) for (const length of ${JSON.stringify(lengths)}) {
        const data = Uint8Array.from({ length }, (_, i) => i * 7);
        digests.push([...new Uint8Array(await crypto.subtle.digest(name, data))]);
      }
      return digests;`;
    const expected = await Promise.all(
      names.flatMap((name) =>
        lengths.map(async (length) => {
          const data = Uint8Array.from({ length }, (_, i) => i * 7);
          return [...new Uint8Array(await crypto.subtle.digest(name, data))];
        }),
      ),
    );
    expect(await evaluate(statements)).toEqual(expected);
  });

  test("the signature of a webhook is verified, and a false one is not", async () => {
    const body = JSON.stringify({ action: "größe" });
    const signature = createHmac("sha256", "a secret").update(body).digest("hex");
    const statements = `
      const text = new TextEncoder();
      const key = await globalThis.crypto.subtle.importKey(
        "raw", text.encode("a secret"), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
      const verify = async (hex) => crypto.subtle.verify(
        "HMAC", key, Uint8Array.from(hex.match(/../g), (two) => Number.parseInt(two, 16)),
        text.encode(${JSON.stringify(body)}));
      const signature = "${signature}";
      const refused = await crypto.subtle.sign("HMAC", key, text.encode("")).catch((error) => error.name);
      return [await verify(signature), await verify(signature.replace(/^./, (one) => one === "0" ? "1" : "0")),
        await verify(signature.slice(2)), refused, key instanceof CryptoKey];`;
    expect(await evaluate(statements)).toEqual([true, false, false, "InvalidAccessError", true]);
  });

  test("random values are the host's, and others each time", async () => {
    const statements = `
      const draw = () => crypto.getRandomValues(new Uint32Array(4));
      const some = draw();
      return [[...some].join() === [...draw()].join(), some.some((n) => n !== 0), crypto.randomUUID()];`;
    const [isSame, isAny, uuid] = (await evaluate(statements)) as unknown[];
    expect([isSame, isAny]).toEqual([false, true]);
    expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });
});

describe("fetch", () => {
  const capabilities = { http: { hosts: ["https://a.example"] } };

  test("sends what it is given, and answers what comes back", async () => {
    const frame = "!201\ncontent-type: application/json\nset-cookie: a\nset-cookie: b\n\n[1]";
    const services = new FakeServices({ bw_http_send: () => frame });
    const statements = `
      const response = await fetch("https://A.example/ü#f", {
        method: "post", headers: { "X-A": " 1 " }, body: new URLSearchParams({ b: "ü" }),
      });
      const copy = response.clone();
      return [response.status, response.ok, response.url, [...response.headers], await response.json(), await copy.text()];`;
    expect(await evaluate(statements, { capabilities, services })).toEqual([
      201,
      true,
      "https://a.example/%C3%BC#f",
      [
        ["content-type", "application/json"],
        ["set-cookie", "a"],
        ["set-cookie", "b"],
      ],
      [1],
      "[1]",
    ]);
    const type = "content-type: application/x-www-form-urlencoded;charset=UTF-8";
    const sent = `POST https://a.example/%C3%BC\n${type}\nx-a: 1\n\nb=%C3%BC`;
    expect(services.calls).toEqual([`bw_http_send ${JSON.stringify(sent)} 0`]);
  });

  test("rejects with a TypeError whose cause is the host's fault", async () => {
    const services = new FakeServices({
      bw_http_send: () => services.fail("not_granted", "no such host"),
    });
    const statements = `
      try { await fetch("https://b.example"); } catch (error: any) {
        return [error.name, error.message, error.cause.name, error.cause.code];
      }`;
    expect(await evaluate(statements, { capabilities, services })).toEqual([
      "TypeError",
      "fetch failed: no such host",
      "HostError",
      "not_granted",
    ]);
  });

  test("without the capability in plugin.yaml is refused at its line", async () => {
    const refusal = await refusalOf({
      "plugin.yaml": manifestOf(HOOKS),
      "src/plugin.ts": `export const processEndpoint: any = async () =>\n  fetch("https://a");`,
    });
    expect(refusal).toMatchObject({ code: "capability_undeclared", at: "src/plugin.ts:2:3" });
    expect(refusal?.text).toContain("capabilities: { http: { hosts: [https://api.example.com] } }");
  });
});

describe("what a plugin does not have", () => {
  test.each([
    ["setTimeout(() => {}, 1)", "there are no timers"],
    ["process.exit()", "config.get reads the plugin's configuration"],
    ["Buffer.from('')", "use Uint8Array, TextEncoder"],
    ["require(String(Date))", "use import, which the build bundles"],
    ["new AbortController()", "set timeoutMs of an HttpRequest"],
    ["toString2()", "a plugin has the JavaScript language and @backworks/pdk, but no toString2"],
  ])("%s says what to use instead, in a hook and at the top level", async (use, advice) => {
    await expect(evaluate(`(${use})`)).rejects.toThrow(advice);
    const refusal = await refusalOf({
      "plugin.yaml": manifestOf(HOOKS),
      "src/plugin.ts": `${use};\nexport const processEndpoint: any = () => null;`,
    });
    expect(refusal?.code).toBe("evaluation_failed");
    expect(refusal?.text).toContain(advice);
  });
});
