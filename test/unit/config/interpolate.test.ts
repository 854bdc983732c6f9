import { expect, test } from "vitest";
import { interpolate } from "../../../host/src/config/interpolate.ts";
import type { Environment } from "../../../host/src/config/interpolate.ts";
import { toJson } from "../../../host/src/config/node.ts";
import { Problems } from "../../../host/src/config/problems.ts";
import { readYaml } from "../../../host/src/config/read.ts";
import { printProblems } from "./load-text.ts";

const ENV: Environment = {
  PORT: "9000",
  EMPTY: "",
  NAME: "a b",
  ZIP: "0123",
  YES: "true",
  NO: "~",
};

function interpolated(text: string, env: Environment = ENV): unknown {
  const problems = new Problems();
  const node = interpolate(readYaml(text, "backworks.yaml"), env, problems);
  problems.throwIfAny();
  return toJson(node);
}

function problemsOfText(text: string): string[] {
  try {
    interpolated(text);
  } catch (thrown) {
    return printProblems(thrown);
  }
  return [];
}

const VALUES: readonly [written: string, value: unknown][] = [
  ["${PORT}", 9000],
  ['"${PORT}"', "9000"],
  ["${PORT}0", "90000"],
  ["http://h:${PORT}/${NAME}", "http://h:9000/a b"],
  ["${NONE:-8080}", 8080],
  ["${EMPTY:-8080}", 8080],
  ["${EMPTY}", ""],
  ["${NONE:-}", ""],
  ["${NONE:-a:-b}", "a:-b"],
  ["${YES}", true],
  ["${NO}", null],
  ["${ZIP}", "0123"],
  ["${NONE:-1e5}", "1e5"],
  ["${NONE:-1.5}", 1.5],
  ["${NONE:-[1, 2]}", "[1, 2]"],
  ["$${PORT}", "${PORT}"],
  ["$$${PORT}", "$${PORT}"],
  ["$PORT", "$PORT"],
  ["|-\n  ${PORT}", "9000"],
];

test.each(VALUES)("%s stands for %j", (written, value) => {
  expect(interpolated(`a: ${written}\n`)).toEqual({ a: value });
});

const TEMPLATES = [
  "${path.id}",
  "${mock.data}",
  "${now()}",
  "${random_int(1,2)}",
  "${request.body.x}",
  "${query.limit:-10}",
  "${PORT.x}",
  "${PORT(1)}",
  "${Port}",
  "$${path.id}",
  "{{now}}",
];

test.each(TEMPLATES)("the template %s is left alone", (template) => {
  expect(interpolated(`a: "${template} ${template}"\n`)).toEqual({ a: `${template} ${template}` });
});

test("keys, and what a variable brings in, are not interpolated", () => {
  const env = { A: "${B}", B: "x: [1]" };
  expect(interpolated('"${A}": ${A}\nb: ${B}\n', env)).toEqual({ "${A}": "${B}", b: "x: [1]" });
});

test("the names of objects are no variables", () => {
  expect(problemsOfText("a: ${__PROTO__}\nb: ${TO_STRING}\n")).toHaveLength(2);
  expect(() => interpolated("a: ${A}", Object.create({ A: "inherited" }))).toThrow(/A is not set/);
});

test("all missing and malformed variables are told at once, with their places", () => {
  expect(
    problemsOfText("a: ${NONE}\nb:\n  - x ${PROT} ${NONE}\nc: ${PORT:8080}\nd: '${PORT'\n"),
  ).toEqual([
    "1:4 config_variable_missing the environment variable NONE is not set: set it, or write ${NONE:-default}",
    "3:5 config_variable_missing the environment variable PROT is not set (PORT is set): set it, or write ${PROT:-default}",
    "3:5 config_variable_missing the environment variable NONE is not set: set it, or write ${NONE:-default}",
    "4:4 config_invalid malformed variable ${PORT:8080}: expected ${PORT} or ${PORT:-default}",
    "5:4 config_invalid malformed variable ${PORT: expected ${PORT} or ${PORT:-default}",
  ]);
});

test("a variable inside a default is malformed, it would end at the wrong brace", () => {
  expect(problemsOfText("a: ${NONE:-${PORT}}\n")).toEqual([
    "1:4 config_invalid malformed variable ${NONE:-${PORT}: expected ${NONE} or ${NONE:-default}",
  ]);
});

test("an aliased value is interpolated once", () => {
  expect(problemsOfText("a: &a ${NONE}\nb: *a\n")).toHaveLength(1);
});
