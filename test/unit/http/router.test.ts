import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileRouter } from "../../../host/src/http/router.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import type { RoutePattern } from "../../../host/src/http/router.ts";

function route(path: string, ...methods: string[]): RoutePattern {
  return { id: path, path, methods: methods.length === 0 ? ["GET"] : methods };
}

function find(paths: readonly string[], method: string, path: string): unknown {
  const match = compileRouter(paths.map((each) => route(each)))(method, path);
  return match.kind === "found" ? [match.route.path, match.params] : match.kind;
}

describe("the most specific route answers", () => {
  const PATHS = ["/", "/users", "/users/me", "/users/{id}", "/users/{id}/posts", "/users/*", "/*"];
  test.each([
    ["/", "/", {}],
    ["/users", "/users", {}],
    ["/users/me", "/users/me", {}],
    ["/users/7", "/users/{id}", { id: "7" }],
    ["/users/me/posts", "/users/{id}/posts", { id: "me" }],
    ["/users/me/likes", "/users/*", { "*": "me/likes" }],
    ["/users/", "/users/*", { "*": "" }],
    ["/users//", "/users/*", { "*": "/" }],
    ["/users//posts", "/users/*", { "*": "/posts" }],
    ["/files", "/*", { "*": "files" }],
    ["//", "/*", { "*": "/" }],
  ])("%s goes to %s", (path, expected, params) => {
    expect(find(PATHS, "GET", path)).toEqual([expected, params]);
  });
});

test("a branch that leads nowhere is left again, and its parameters with it", () => {
  const paths = ["/a/{x}/c/d", "/{y}/b/c/{z}", "/a/b/{w}/e"];
  expect(find(paths, "GET", "/a/b/c/d")).toEqual(["/a/{x}/c/d", { x: "b" }]);
  expect(find(paths, "GET", "/a/b/c/e")).toEqual(["/a/b/{w}/e", { w: "c" }]);
  expect(find(paths, "GET", "/a/b/c/f")).toEqual(["/{y}/b/c/{z}", { y: "a", z: "f" }]);
  expect(find(paths, "GET", "/a/b/x/f")).toBe("not_found");
});

test("routes of one shape may name their parameters differently by method", () => {
  const router = compileRouter([route("/u/{id}", "GET"), route("/u/{name}", "PUT")]);
  expect(router("GET", "/u/1")).toMatchObject({ params: { id: "1" } });
  expect(router("PUT", "/u/1")).toMatchObject({ params: { name: "1" } });
});

describe("paths are compared as they are written, decoded once", () => {
  test.each([
    ["/users/", "not_found"],
    ["//users", "not_found"],
    ["/Users", "not_found"],
    ["/%75sers", ["/users", {}]],
    ["/users/a%2Fb", ["/users/{id}", { id: "a/b" }]],
    ["/users/a%2fb", ["/users/{id}", { id: "a/b" }]],
    ["/users/100%25", ["/users/{id}", { id: "100%" }]],
    ["/users/%252F", ["/users/{id}", { id: "%2F" }]],
    ["/users/%0A", ["/users/{id}", { id: "\n" }]],
    ["/users/%C3%A9", ["/users/{id}", { id: "é" }]],
    ["/users%2F7", "not_found"],
    ["/users/.hidden", ["/users/{id}", { id: ".hidden" }]],
    ["/users/a..b", ["/users/{id}", { id: "a..b" }]],
    ["/files/a%2Fb/c%25", ["/files/*", { "*": "a%2Fb/c%25" }]],
    ["/caf%C3%A9", ["/café", {}]],
    ["/100%25", ["/100%25", {}]],
  ])("%s", (path, expected) => {
    const paths = ["/users", "/users/{id}", "/files/*", "/café", "/100%25"];
    expect(find(paths, "GET", path)).toEqual(expected);
  });

  test.each([
    ["/users/%", "malformed percent-encoding"],
    ["/users/%zz", "malformed percent-encoding"],
    ["/users/%4", "malformed percent-encoding"],
    ["/users/%FF", "malformed percent-encoding"],
    ["/users/%C3", "malformed percent-encoding"],
    ["/users/%ED%A0%80", "malformed percent-encoding"],
    ["/users/..", "dot segment"],
    ["/users/../admin", "dot segment"],
    ["/./users", "dot segment"],
    ["/users/%2e%2E/admin", "dot segment"],
    ["/users/..%2Fadmin", "dot segment"],
    ["/users/x%2F..", "dot segment"],
    ["/users/..\\admin", "dot segment"],
    ["/users/%5C..%5Cadmin", "dot segment"],
  ])("%s is refused: %s", (path, reason) => {
    expect(() => find(["/users/{id}", "/*"], "GET", path)).toThrow(
      expect.objectContaining({
        code: "request_malformed",
        message: expect.stringContaining(reason),
      }),
    );
  });
});

describe("methods", () => {
  const router = compileRouter([
    route("/users/me", "GET"),
    route("/users/{id}", "DELETE", "GET"),
    route("/own", "OPTIONS", "HEAD", "GET"),
    route("/post", "POST"),
  ]);

  test.each([
    ["GET", "/users/me", "/users/me"],
    ["DELETE", "/users/me", "/users/{id}"],
    ["HEAD", "/users/me", "/users/me"],
    ["HEAD", "/users/7", "/users/{id}"],
    ["OPTIONS", "/own", "/own"],
  ])("%s %s is answered by %s", (method, path, expected) => {
    expect(router(method, path)).toMatchObject({ kind: "found", route: { path: expected } });
  });

  test("a method that no route of the path has is told the ones there are", () => {
    expect(router("PUT", "/users/me")).toEqual({
      kind: "method_not_allowed",
      allow: ["DELETE", "GET", "HEAD", "OPTIONS"],
    });
    expect(router("HEAD", "/post")).toEqual({
      kind: "method_not_allowed",
      allow: ["OPTIONS", "POST"],
    });
  });

  test("OPTIONS is answered for every path", () => {
    expect(router("OPTIONS", "/post")).toEqual({ kind: "options", allow: ["OPTIONS", "POST"] });
    expect(router("OPTIONS", "/nothing")).toEqual({ kind: "not_found" });
  });
});

describe("routes that cannot work are refused when they are compiled", () => {
  const position = { file: "backworks.yaml", line: 3 };
  test.each([
    ["users", "start with /"],
    ["/a/*/b", "last segment only"],
    ["/a/{}", "expected a name"],
    ["/a/{x y}", "expected a name"],
    ["/a/{__proto__}", "expected a name"],
    ["/{a}/{a}", "only once"],
    ["/a-{b}", "whole segment"],
    ["/a*", "whole segment"],
    ["/%zz", "malformed percent-encoding"],
  ])("%s: %s", (path, reason) => {
    expect(() => compileRouter([{ ...route(path), position }])).toThrow(reason);
  });

  test("two routes for the same requests name each other", () => {
    const routes = [
      { ...route("/u/{id}"), id: "one" },
      { ...route("/u/{name}"), id: "two", position },
    ];
    expect(() => compileRouter(routes)).toThrow(
      expect.objectContaining({
        code: "config_invalid",
        position,
        message:
          'path "/u/{name}" of route "two": route "one" (/u/{id}) answers GET for the same requests',
      }),
    );
    expect(() => compileRouter([route("/f/*"), route("/f/*")])).toThrow("same requests");
    expect(() => compileRouter([route("/caf%C3%A9"), route("/café")])).toThrow("same requests");
  });
});

test("a parameter named like a member of every object is only a parameter", () => {
  const match = compileRouter([route("/{constructor}")])("GET", "/x");
  expect(match).toMatchObject({ params: { constructor: "x" } });
});

test("10,000 routes find the last as well as the first", () => {
  const paths = Array.from({ length: 10_000 }, (_, i) => `/r${i}/{id}`);
  expect(find(paths, "GET", "/r0/x")).toEqual(["/r0/{id}", { id: "x" }]);
  expect(find(paths, "GET", "/r9999/x")).toEqual(["/r9999/{id}", { id: "x" }]);
});

/** Tries every route and takes the best: static before parameter before wildcard, left to right. */
function naive(routes: readonly RoutePattern[], method: string, path: string): string | undefined {
  const given = path.slice(1).split("/");
  const fits = (pattern: string): string | undefined => {
    const wanted = pattern.slice(1).split("/");
    let rank = "";
    for (const [i, segment] of wanted.entries()) {
      const value = given[i];
      if (value === undefined) return undefined;
      if (segment === "*") return `${rank}2`;
      if (segment === value) rank += "0";
      else if (segment.startsWith("{") && value !== "") rank += "1";
      else return undefined;
    }
    return wanted.length === given.length ? rank : undefined;
  };
  return routes
    .filter((each) => each.methods.includes(method))
    .map((each) => ({ path: each.path, rank: fits(each.path) }))
    .filter(({ rank }) => rank !== undefined)
    .toSorted((a, b) => (String(a.rank) < String(b.rank) ? -1 : 1))[0]?.path;
}

test("agrees with trying every route in turn, on any routes and any path", () => {
  const segment = fc.constantFrom("a", "b", "c", "");
  const pattern = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "{p}"), { minLength: 1, maxLength: 4 }), fc.boolean())
    .map(([segments, rest]) => {
      const named = segments.map((each, i) => (each === "{p}" ? `{p${i}}` : each));
      return `/${[...named, ...(rest ? ["*"] : [])].join("/")}`;
    });
  const routes = fc
    .uniqueArray(fc.tuple(pattern, fc.constantFrom("GET", "POST")), {
      selector: ([path, method]) => method + path,
      maxLength: 12,
    })
    .map((pairs) => pairs.map(([path, method]) => route(path, method)));
  const path = fc
    .array(segment, { minLength: 1, maxLength: 6 })
    .map((each) => `/${each.join("/")}`);
  fc.assert(
    fc.property(routes, path, fc.constantFrom("GET", "POST"), (all, wanted, method) => {
      const match = compileRouter(all)(method, wanted);
      const expected = naive(all, method, wanted);
      expect(match.kind === "found" ? match.route.path : undefined).toBe(expected);
    }),
    { numRuns: 1000 },
  );
});

test("whatever the path, a lookup finds, misses or says malformed", () => {
  const router = compileRouter([route("/a/{b}"), route("/*", "POST")]);
  fc.assert(
    fc.property(fc.string(), (rest) => {
      expect(outcome(() => router("GET", `/${rest}`).kind)).toMatch(
        /^(?:found|method_not_allowed|request_malformed)$/,
      );
    }),
  );
});

function outcome(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return error instanceof BackworksError ? error.code : "crash";
  }
}
