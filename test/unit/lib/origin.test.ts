import * as fc from "fast-check";
import { expect, test } from "vitest";
import { ManualClock } from "../../support/clock.ts";
import { withDeadline } from "../../../host/src/lib/deadline.ts";
import { coversOrigin, originOf, parseOrigin, printOrigin } from "../../../host/src/lib/origin.ts";
import type { Origin } from "../../../host/src/lib/origin.ts";

const PARSED: readonly [text: string, printed: string][] = [
  ["api.example.com", "https://api.example.com:443"],
  ["http://api.example.com", "http://api.example.com:80"],
  ["HTTPS://API.Example.COM:8443", "https://api.example.com:8443"],
  ["https://*.example.com", "https://*.example.com:443"],
  ["https://bücher.example", "https://xn--bcher-kva.example:443"],
  ["http://0x7f.1", "http://127.0.0.1:80"],
  ["http://[::ffff:7f00:1]:81", "http://[::ffff:7f00:1]:81"],
];

test.each(PARSED)("%s is %s", (text, printed) => {
  const origin = parseOrigin(text);
  expect(origin && printOrigin(origin)).toBe(printed);
});

test.each([
  "",
  "*",
  "https://*",
  "*.",
  "a.*.example",
  "https://a.example/",
  "https://a.example?x",
  "ftp://a.example",
  "https://user@a.example",
  "a example",
  "https://a.example:99999",
  "https://[::zz]",
  "*.0.0.1",
  "https://*.[::1]",
])("%j is no origin", (text) => {
  expect(parseOrigin(text)).toBeUndefined();
});

function covers(outer: string, inner: string): boolean {
  const [a, b] = [parseOrigin(outer), parseOrigin(inner)];
  return a !== undefined && b !== undefined && coversOrigin(a, b);
}

test.each([
  ["a.example", "a.example", true],
  ["*.example", "a.example", true],
  ["*.example", "b.a.example", true],
  ["*.example", "*.a.example", true],
  ["*.example", "*.example", true],
  ["*.example", "example", false],
  ["*.example", "aexample", false],
  ["a.example", "*.a.example", false],
  ["*.a.example", "*.example", false],
  ["a.example", "http://a.example", false],
  ["a.example", "a.example:444", false],
])("%s covers %s: %s", (outer, inner, expected) => {
  expect(covers(outer, inner)).toBe(expected);
});

test("a URL of http or https has an origin that covers itself", () => {
  fc.assert(
    fc.property(fc.webUrl({ validSchemes: ["http", "https"] }), (text) => {
      const origin: Origin | undefined = originOf(new URL(text));
      expect(origin !== undefined && coversOrigin(origin, origin)).toBe(true);
    }),
  );
  expect(originOf(new URL("ftp://a.example"))).toBeUndefined();
});

const expired = (): Error => new Error("too late");

test("work that takes too long is aborted with the error of the deadline", async () => {
  const clock = new ManualClock();
  const work = withDeadline({ clock, timeoutMs: 10, expired }, async (signal) => {
    const { promise, reject } = Promise.withResolvers<never>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  clock.advance(10);
  await expect(work).rejects.toThrow("too late");
});

test("work that is done in time is not touched by the deadline", async () => {
  const clock = new ManualClock();
  let seen: AbortSignal | undefined;
  const answer = await withDeadline({ clock, timeoutMs: 10, expired }, async (signal) => {
    seen = signal;
    return "done";
  });
  clock.advance(10);
  expect([answer, seen?.aborted]).toEqual(["done", false]);
});
