import { expect, test } from "vitest";
import { positionAt, positionsBelow, toJson } from "../../../host/src/config/node.ts";
import { CONFIG_BYTES_MAX, readYaml } from "../../../host/src/config/read.ts";
import { printProblems, problemsOf } from "./load-text.ts";

function syntaxProblems(text: string): string[] {
  try {
    readYaml(text, "backworks.yaml");
  } catch (thrown) {
    return printProblems(thrown);
  }
  return [];
}

test("values are read as YAML 1.2 and keys keep the characters they are written with", () => {
  const node = readYaml("404: yes\n1.0: [true, 0x10, ~, '1']\non: null\n", "a.yaml");
  expect(toJson(node)).toEqual({ "404": "yes", "1.0": [true, 16, null, "1"], on: null });
});

test("JSON is read as well, tabs and all", () => {
  expect(toJson(readYaml('{\n\t"a": [1, {"b": "\\u00e9"}]\n}', "a.json"))).toEqual({
    a: [1, { b: "é" }],
  });
});

test("every key and value knows its line and column", () => {
  const node = readYaml("server:\n  port: 80\nlist:\n  - a\n  - b: c\n", "a.yaml");
  expect(positionAt(node, ["server", "port"])).toEqual({ file: "a.yaml", line: 2, column: 3 });
  expect(positionAt(node, ["list", 1, "b"])).toEqual({ file: "a.yaml", line: 5, column: 5 });
  expect(positionAt(node, ["server", "none", "below"])).toMatchObject({ line: 1, column: 1 });
  expect(positionsBelow(node).get("/list/1/b")).toEqual({ file: "a.yaml", line: 5, column: 8 });
});

test("an alias is the value of its anchor, the latest of that name", () => {
  expect(toJson(readYaml("a: &x [1]\nb: *x\nc: &x 2\nd: *x\n", "a.yaml"))).toEqual({
    a: [1],
    b: [1],
    c: 2,
    d: 2,
  });
});

const MALFORMED: readonly [what: string, text: string, problems: string[]][] = [
  [
    "a colon in a value",
    "name: x\ndescription: a: b\n",
    [
      '2:14 config_syntax nested mappings are not allowed in compact mappings: put a value that contains ": " in quotes\n2 | description: a: b\n  |              ^',
    ],
  ],
  [
    "a tab as indentation",
    "server:\n\tport: 1\n",
    ["2:1 config_syntax tabs are not allowed as indentation: use spaces\n2 |  port: 1\n  | ^"],
  ],
  [
    "a list that is not closed",
    "name: [a\n",
    [
      "2:1 config_syntax flow sequence in block collection must be sufficiently indented and end with a ]: the file ends here",
    ],
  ],
  [
    "a quote that is not closed",
    "name: 'a\n",
    ["2:1 config_syntax missing closing 'quote: the file ends here"],
  ],
  [
    "several documents",
    "name: a\n---\nname: b\n",
    ['3:1 config_syntax a second document begins here: expected one, remove the "---" before it'],
  ],
  ["nothing", "", ["1:1 config_syntax the file is empty: expected a map of keys"]],
  ["only comments", "# a\n", ["1:1 config_syntax the file is empty: expected a map of keys"]],
  [
    "a key twice",
    'server: {}\n"server": {}\n',
    ['2:1 config_syntax the key "server" is already in line 1'],
  ],
  [
    "a number and a text that are one key",
    "a: {404: 1, '404': 2}\n",
    ['1:13 config_syntax the key "404" is already in line 1'],
  ],
  [
    "a key that is a list",
    "? [a]\n: b\n",
    ["1:3 config_syntax a key must be text: expected `name: value`"],
  ],
  [
    "a key that is nothing",
    "~: b\n",
    ["1:1 config_syntax a key must be text: expected `name: value`"],
  ],
  [
    "the key __proto__",
    "a: {__proto__: {b: 1}}\n",
    ['1:5 config_syntax the key "__proto__" is not allowed'],
  ],
  [
    "a merge key",
    "a: &a {b: 1}\nc: {<<: *a}\n",
    ["2:5 config_syntax merge keys (<<) are not part of YAML 1.2: write the keys out"],
  ],
  [
    "an alias in its own anchor",
    "a: &a [*a]\n",
    ["1:8 config_syntax the alias *a stands in itself"],
  ],
  [
    "an alias without an anchor",
    "a: *b\nb: &b 1\n",
    ["1:4 config_syntax no anchor &b stands before *b"],
  ],
  [
    "a tag nobody knows",
    "a: !secret b\n",
    ["1:4 config_syntax unresolved tag: !secret: remove the tag\n1 | a: !secret b\n  |    ^"],
  ],
  [
    "bytes",
    "a: !!binary aGk=\n",
    ["1:13 config_syntax expected text, a number, true, false, a list or a map"],
  ],
  [
    "a number that cannot be kept",
    "a: 12345678901234567890\nb: .nan\n",
    [
      "1:4 config_syntax the number 12345678901234567890 cannot be kept exactly: put it in quotes",
      "2:4 config_syntax the number .nan cannot be kept exactly: put it in quotes",
    ],
  ],
  [
    "deep nesting",
    `a: ${"[".repeat(70)}${"]".repeat(70)}`,
    ["1:68 config_syntax values are nested too deep: expected at most 64 levels"],
  ],
  [
    "nesting that would end the stack of the parser",
    "[".repeat(100_000),
    ["1:1 config_syntax values are nested too deep: expected at most 64 levels"],
  ],
];

test.each(MALFORMED)("%s is refused with its place", (_, text, problems) => {
  expect(syntaxProblems(text)).toEqual(problems);
});

test("a line that is too long for a terminal is shown around the column", () => {
  const [problem = ""] = syntaxProblems(`a: "${"x".repeat(500)}" y\n`);
  const [, line = "", caret = ""] = problem.split("\n");
  expect(line.length).toBeLessThan(100);
  expect(line.charAt(caret.indexOf("^"))).toBe("y");
});

test("aliases that stand for a billion values are refused at once", () => {
  const lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"];
  for (let i = 1; i < 10; i++) lines.push(`a${i}: &a${i} [${`*a${i - 1},`.repeat(10)}]`);
  expect(syntaxProblems(lines.join("\n"))).toEqual([
    "6:38 config_syntax the aliases stand for more than 1000000 values: write fewer",
  ]);
});

test("tens of thousands of aliases and of keys take linear time", () => {
  const aliases = `a: &a 1\nb: [${"*a,".repeat(30_000)}]\n`;
  const keys = Array.from({ length: 20_000 }, (_, at) => `k${at}: v\n`).join("");
  expect(syntaxProblems(aliases + keys)).toEqual([]);
});

test("a file above 1 MiB is refused before it is parsed", async () => {
  const text = `name: "${"x".repeat(3 * 1024 * 1024)}"`;
  const [problem] = await problemsOf(text);
  expect(problem).toMatch(/ config_too_large .* has more than 1048576 bytes/);
  expect(await problemsOf(`name: a\n#${"x".repeat(CONFIG_BYTES_MAX - 9)}`)).toEqual([]);
});
