import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offerNative } from "../../support/web.ts";

offerNative();
const web = await import("../../../pdk-ts/src/web/url.ts");

const PARTS = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;

type AnyUrl = Pick<URL, (typeof PARTS)[number]>;

function partsOf(url: AnyUrl | null): Record<string, string> | null {
  return url && Object.fromEntries(PARTS.map((part) => [part, url[part]]));
}

function expectSame(input: string, base?: string): void {
  expect(partsOf(web.URL.parse(input, base))).toEqual(partsOf(URL.parse(input, base)));
}

const SCHEMES = [
  "http",
  "https",
  "ws",
  "wss",
  "ftp",
  "file",
  "mailto",
  "data",
  "blob",
  "x-y",
  "HTTP",
  "javascript",
];
const HOSTS = [
  "a",
  "a.b",
  "EXAMPLE.com",
  "127.0.0.1",
  "0x7f.1",
  "1.2.3",
  "256",
  "4294967295",
  "4294967296",
  "01.2.3.4",
  "1.2.3.4.",
  "1.2.3.4.5",
  "09",
  "0x",
  "[::1]",
  "[1:2:3:4:5:6:7:8]",
  "[1::2:0:0:3]",
  "[::ffff:1.2.3.4]",
  "[1:2",
  "[::1::]",
  "[:::]",
  "[1.2.3.4]",
  "[::01.2.3.4]",
  "[0:0:1:0:0:0:1:1]",
  "a%62c",
  "%41",
  "%zz",
  "a_b",
  "a b",
  "a<b",
  "xn--bcher-kva.example",
  "xn--a",

  "bücher.example",
  "BÜCHER",
  "日本語。jp",
  "ﬀ",
  "faß.de",
  "ΣΑΣ",
  "a\u00adb",
  "",
  "localhost",
  "%",
  "a..b",
  ".",
  "a.",
];
const TAILS = [
  "",
  "/",
  "//",
  "/a/b",
  "\\a\\b",
  "/a/../b",
  "/a/./b/..",
  "/%2e%2E/x",
  "/ü/😀",
  "?a=b",
  "?'\"<>",
  "#f",
  "/a?b#c?d#e",
  "/C:/x",
  "/C|/..",
  "//x/y",
  "/a b^`{}",
  ":8080",
  ":80/",
  ":443",
  ":",
  ":99999",
  ":8a",
  "/\ud800",
];

const anyScheme = fc.constantFrom(...SCHEMES);
const credentials = fc.constantFrom("", "u@", "u:p@", ":@", "u:@", "a b:c/d@", "ü:😀@", "u@v@");
const anyUrl = fc
  .tuple(
    anyScheme,
    fc.constantFrom(":", "://", ":/", ":///", ":\\\\", "://///"),
    credentials,
    fc.constantFrom(...HOSTS),
    fc.constantFrom(...TAILS),
  )
  .map((parts) => parts.join(""));
const anyRelative = fc.oneof(
  fc
    .tuple(
      fc.constantFrom("", "/", "//", "\\", "..", "./", "../..", "?", "#", " ", "C:", "C|/"),
      fc.constantFrom(...HOSTS, ...TAILS),
      fc.constantFrom(...TAILS),
    )
    .map((parts) => parts.join("")),
  anyUrl,
);
const anyCharacters = fc.string({
  unit: fc.constantFrom(..."abC:/?#@[]\\%.-+0189 \t\n<>'\"^`{}|~_!$&*();,=é😀".split("")),
  maxLength: 20,
});

describe("URL agrees with Node's", () => {
  test.each(SCHEMES.flatMap((scheme) => HOSTS.map((host) => `${scheme}://${host}/`)))("%s", (url) =>
    expectSame(url),
  );
  test.each(
    TAILS.flatMap((tail) =>
      ["http://h", "x://h", "file://", "x:", "mailto:a"].map((start) => start + tail),
    ),
  )("%s", (url) => expectSame(url));

  test("on any URL made of parts", () => {
    fc.assert(
      fc.property(anyUrl, (url) => expectSame(url)),
      { numRuns: 5000 },
    );
  });

  test("on any URL relative to any other", () => {
    fc.assert(
      fc.property(anyRelative, anyUrl, (url, base) => expectSame(url, base)),
      { numRuns: 5000 },
    );
  });

  test("on any characters", () => {
    fc.assert(
      fc.property(anyCharacters, fc.option(anyUrl, { nil: undefined }), (url, base) =>
        expectSame(url, base),
      ),
      { numRuns: 5000 },
    );
  });
});

describe("assignments agree with Node's", () => {
  const setters = [
    "href",
    "protocol",
    "username",
    "password",
    "host",
    "hostname",
    "port",
    "pathname",
    "search",
    "hash",
  ] as const;

  test("of anything to any part", () => {
    const value = fc.oneof(anyCharacters, fc.constantFrom(...HOSTS, ...TAILS, ...SCHEMES), anyUrl);
    fc.assert(
      fc.property(
        anyUrl,
        fc.array(fc.tuple(fc.constantFrom(...setters), value), { maxLength: 3 }),
        (text, edits) => {
          const [mine, other] = [web.URL.parse(text), URL.parse(text)];
          if (mine === null || other === null) return;
          for (const [part, assigned] of edits) {
            const failures = [mine, other].map((url) => {
              try {
                url[part] = assigned;
                return false;
              } catch {
                return true;
              }
            });
            expect(failures[0]).toBe(failures[1]);
          }
          expect(partsOf(mine)).toEqual(partsOf(other));
        },
      ),
      { numRuns: 5000 },
    );
  });
});

describe("URLSearchParams agrees with Node's", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 6 }), anyCharacters);
  const edit = fc.tuple(
    fc.constantFrom("append", "set", "delete", "sort", "deleteValue"),
    fc.constantFrom("a", "b", "ü"),
    text,
  );

  test("on any query, through any edits", () => {
    fc.assert(
      fc.property(anyCharacters, fc.array(edit, { maxLength: 4 }), (query, edits) => {
        const [mine, other] = [new web.URL("http://a/"), new URL("http://a/")];
        for (const url of [mine, other]) {
          url.search = query;
          const params = url.searchParams;
          for (const [what, name, value] of edits) {
            if (what === "sort") params.sort();
            else if (what === "delete") params.delete(name);
            else if (what === "deleteValue") params.delete(name, value);
            else params[what](name, value);
          }
        }
        const view = (params: URLSearchParams) => [
          [...params],
          [...params.keys()],
          [...params.values()],
          params.size,
          params.toString(),
          params.get("a"),
          params.getAll("a"),
          params.has("a"),
          params.has("a", ""),
        ];
        expect(view(mine.searchParams)).toEqual(view(other.searchParams));
        expect(mine.href).toBe(other.href);
      }),
      { numRuns: 2000 },
    );
  });

  test("on everything it can be made of", () => {
    const inits = [
      "?a=b&c",
      "a=%ff%41+%2B",
      { a: "1", "b c": "ü" },
      [
        ["a", "b"],
        ["a", ""],
      ],
      new Map([["x", "y"]]),
      undefined,
      new URLSearchParams("q=1"),
    ];
    for (const init of inits) {
      expect(new web.URLSearchParams(init as never).toString()).toBe(
        new URLSearchParams(init as never).toString(),
      );
    }
    expect(() => new web.URLSearchParams([["a"]])).toThrow(TypeError);
  });
});

test("what is no URL throws a TypeError that names it", () => {
  expect(() => new web.URL("/a")).toThrow('Invalid URL: "/a"');
  expect(() => new web.URL("/a", "b")).toThrow(TypeError);
  expect([web.URL.canParse("/a"), web.URL.canParse("/a", "http://b")]).toEqual([false, true]);
});

test("a URL prints itself", () => {
  const url = new web.URL("http://a/?b");
  expect([String(url), JSON.stringify(url), Object.prototype.toString.call(url)]).toEqual([
    "http://a/?b",
    '"http://a/?b"',
    "[object URL]",
  ]);
});
