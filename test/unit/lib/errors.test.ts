import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  BackworksError,
  BackworksErrors,
  ERROR_KINDS,
  printPosition,
} from "../../../host/src/lib/errors.ts";
import { VERSION } from "../../../host/src/lib/version.ts";

const HEAD = `# Error codes

Every error of Backworks has one of these codes: in problem documents as \`urn:backworks:error:CODE\`, in
\`--json\` output and in logs as \`code\`. The status is the one of the HTTP response when the error ends a
request. This page is made from \`host/src/lib/errors.ts\` by \`npm test -- errors.test.ts --update\`.

| code | status | what to do |
| ---- | ------ | ---------- |
`;

test("host/ERRORS.md lists every error code with its status and help", async () => {
  const rows = Object.entries(ERROR_KINDS).map(
    ([code, { status, help }]) => `| \`${code}\` | ${status} | ${help.replaceAll("|", "\\|")} |\n`,
  );
  await expect(HEAD + rows.join("")).toMatchFileSnapshot("../../../host/ERRORS.md");
});

test("the version is the package's", () => {
  const text = readFileSync(new URL("../../../host/package.json", import.meta.url), "utf8");
  expect(JSON.parse(text)).toMatchObject({ version: VERSION });
});

test("an error carries its kind, details, position and cause", () => {
  const cause = new Error("no such file");
  const position = { file: "backworks.yaml", line: 3, column: 5 };
  const error = new BackworksError("config_invalid", "wrong", {
    cause,
    position,
    details: { a: 1 },
  });
  expect(error).toMatchObject({ cause, position, details: { a: 1 }, name: "BackworksError" });
  expect(error.kind).toBe(ERROR_KINDS.config_invalid);
  expect(new BackworksError("usage", "wrong")).toMatchObject({ details: {}, position: undefined });
});

test("several errors read as one text", () => {
  const errors = [new BackworksError("usage", "one"), new BackworksError("usage", "two")];
  expect(new BackworksErrors(errors).message).toBe("one\ntwo");
});

test.each([
  [{ file: "a.yaml" }, "a.yaml"],
  [{ file: "a.yaml", line: 3 }, "a.yaml:3"],
  [{ file: "a.yaml", line: 3, column: 9 }, "a.yaml:3:9"],
  [{ file: "a.yaml", column: 9 }, "a.yaml"],
])("a position %j prints as %s", (position, text) => {
  expect(printPosition(position)).toBe(text);
});
