import { expect, test } from "vitest";
import { pathShape, readPath } from "../../../host/src/config/path.ts";
import { problemsOf } from "./load-text.ts";

const NORMAL: readonly [written: string, path: string][] = [
  ["/", "/"],
  ["/users/", "/users/"],
  ["/users/:id/posts/{post-id}", "/users/{id}/posts/{post-id}"],
  ["/files/*", "/files/*"],
  ["/a:b/c.d", "/a:b/c.d"],
];

test.each(NORMAL)("%s is the route %s", (written, path) => {
  expect(readPath(written)).toEqual({ kind: "path", path });
});

test("paths that match the same requests have one shape", () => {
  expect(pathShape("/u/{a}/{b}/*")).toBe(pathShape("/u/{x}/{y}/*"));
  expect(pathShape("/u/{a}")).not.toBe(pathShape("/u/a"));
});

const PATHS: readonly [path: string, problem: string][] = [
  ["/a/*/b", "*: a * stands alone, at the end of the path"],
  ["/{a}x", "{a}x: a parameter is a whole segment, {name} or :name, of letters, digits, _ and -"],
  ["/:", ":: a parameter is a whole segment, {name} or :name, of letters, digits, _ and -"],
  [
    "/{__proto__}",
    "{__proto__}: a parameter is a whole segment, {name} or :name, of letters, digits, _ and -",
  ],
  ["/{a}/:a", "two parameters are named a"],
  ["/a//b", "two slashes in a row match no request"],
  ["/a/../b", "the segment .. matches no request: clients resolve it"],
];

test.each(PATHS)("the path %s is refused", async (path, problem) => {
  expect(await problemsOf(`endpoints: [{path: "${path}", response: {}}]`)).toEqual([
    `1:14 config_invalid endpoints[0].path: ${problem}`,
  ]);
});
