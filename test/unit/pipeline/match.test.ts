import { describe, expect, test } from "vitest";
import type { HookMatch } from "../../../host/src/contracts/hooks.ts";
import { matchRoute } from "../../../host/src/pipeline/match.ts";

function decide(match: HookMatch, path: string, methods: readonly string[] = ["GET"]): string {
  return matchRoute(match, { id: "users", path, methods }).kind;
}

describe("what the route alone decides", () => {
  test.each([
    [{}, "/users", ["GET"], "always"],
    [{ routes: ["users"] }, "/users", ["GET"], "always"],
    [{ routes: ["other"] }, "/users", ["GET"], "never"],
    [{ routes: [] }, "/users", ["GET"], "never"],
    [{ methods: ["GET"] }, "/users", ["GET"], "always"],
    [{ methods: ["POST"] }, "/users", ["GET"], "never"],
    [{ methods: ["GET"] }, "/users", ["GET", "POST"], "sometimes"],
    [{ methods: ["HEAD"] }, "/users", ["GET"], "sometimes"],
    [{ paths: ["/users"] }, "/users", ["GET"], "always"],
    [{ paths: ["/caf%C3%A9"] }, "/café", ["GET"], "always"],
    [{ paths: ["/user"] }, "/users", ["GET"], "never"],
    [{ paths: ["/x", "/us*"] }, "/users", ["GET"], "always"],
    [{ paths: ["/users/*"] }, "/users", ["GET"], "never"],
    [{ paths: ["/users/me"] }, "/users/{id}", ["GET"], "sometimes"],
    [{ paths: ["/static/*"] }, "/static/*", ["GET"], "sometimes"],
    [{ paths: ["/users"], methods: ["GET"] }, "/users", ["GET", "PUT"], "sometimes"],
    [{ paths: ["/other"], methods: ["GET"] }, "/users", ["GET", "PUT"], "never"],
  ] as [HookMatch, string, string[], string][])("%j on %s %j: %s", (match, path, methods, kind) => {
    expect(decide(match, path, methods)).toBe(kind);
  });
});

describe("what each request decides", () => {
  test.each([
    [{ methods: ["GET"] }, "GET", "/users/1", true],
    [{ methods: ["GET"] }, "HEAD", "/users/1", true],
    [{ methods: ["GET"] }, "POST", "/users/1", false],
    [{ methods: ["HEAD"] }, "GET", "/users/1", false],
    [{ paths: ["/users/1"] }, "GET", "/users/1", true],
    [{ paths: ["/users/1"] }, "GET", "/users/12", false],
    [{ paths: ["/users/1*"] }, "GET", "/users/12", true],
    [{ paths: ["*"] }, "GET", "/anything", true],
    [{ paths: ["/users/1"], methods: ["GET"] }, "GET", "/users/1", true],
    [{ paths: ["/users/1"], methods: ["GET"] }, "POST", "/users/1", false],
    [{ paths: ["/users/1"], methods: ["GET"] }, "GET", "/users/2", false],
  ] as [HookMatch, string, string, boolean][])(
    "%j: %s %s is %s",
    (match, method, path, expected) => {
      const route = { id: "users", path: "/users/{id}", methods: ["GET", "POST"] };
      const found = matchRoute(match, route);
      expect(found.kind === "sometimes" ? found.test(method, path) : found.kind === "always").toBe(
        expected,
      );
    },
  );
});

test.each([
  ["/a/../b", "dot segment"],
  ["/a/%2e%2e/*", "dot segment"],
  ["/%zz*", "malformed percent-encoding"],
  ["/%ff", "malformed percent-encoding"],
])("the path %s of a hook is the manifest's mistake, not the request's", (path, reason) => {
  expect(() => decide({ paths: [path] }, "/users/{id}")).toThrow(
    expect.objectContaining({
      code: "plugin_manifest_invalid",
      message: expect.stringMatching(
        new RegExp(`^match.paths has ".*", which no request can have: .*${reason}`),
      ),
      details: { path },
    }),
  );
});
