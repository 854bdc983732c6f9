import { test } from "vitest";
import { expectRefusal, SOURCE, type Case } from "./refusals.ts";

const UNSUPPORTED: readonly Case[] = [
  {
    name: "try and catch",
    lines: "export function f(): void {\n  try {\n    f();\n  } catch (error) {}\n}",
    says: ["try and catch are not in the fast target", "return null"],
    at: "src/plugin.ts:3:3",
  },
  {
    name: "a closure",
    lines: "export function f(n: i32): i32[] {\n  return [1].map<i32>((x) => x + n);\n}",
    says: ["uses variables of the function around it", "write a loop"],
    at: "src/plugin.ts:3:34",
  },
  {
    name: "a regular expression",
    lines: "export const ok = /a+/.test('a');",
    says: ["regular expressions are not in the fast target", "indexOf"],
    at: "src/plugin.ts:2:19",
  },
  {
    name: "for…of",
    lines: "export function f(list: string[]): void {\n  for (const item of list) item.length;\n}",
    says: ["for…of and for…in are not in the fast target", "i < list.length"],
    at: "src/plugin.ts:3:3",
  },
  {
    name: "spread",
    lines: "export function f(list: string[]): string[] {\n  return [...list];\n}",
    says: ["spread (...) is not", "concat"],
    at: "src/plugin.ts:3:11",
  },
  {
    name: "destructuring",
    lines: "export function f(list: string[]): string {\n  const [a] = list;\n  return a;\n}",
    says: ["destructuring is not", "one field after the other"],
    at: "src/plugin.ts:3:3",
  },
  {
    name: "a union of types",
    lines: "export function f(value: string | number): void {}",
    says: ["T | null is the only one"],
    at: "src/plugin.ts:2:35",
  },
  {
    name: "an async function",
    lines: "export async function f(): Promise<void> {}",
    says: ["async functions and await are not", "nothing to wait for"],
    at: "src/plugin.ts:2:1",
  },
  {
    name: "a generator",
    lines: "export function* f(): Generator<string> {}",
    says: ["generators are not", "array"],
    at: "src/plugin.ts:2:16",
  },
  {
    name: "optional chaining",
    lines: "export function f(text: string | null): void {\n  text?.trim();\n}",
    says: ["optional chaining (?.) is not"],
    at: "src/plugin.ts:3:8",
  },
  {
    name: "??",
    lines: "export function f(text: string | null): string {\n  return text ?? '';\n}",
    says: ["?? is not in the fast target", "value !== null ? value : other"],
    at: "src/plugin.ts:3:16",
  },
  {
    name: "JSON",
    lines: "export const a = JSON.stringify(1);",
    says: ["JSON is not in the fast target", "application/json"],
    at: "src/plugin.ts:2:18",
  },
  {
    name: "json() of a request",
    lines:
      'import { Request } from "@backworks/pdk";\nexport function f(r: Request): void {\n  r.json();\n}',
    says: ["JSON is not in the fast target", "text() or bytes()"],
    at: "src/plugin.ts:4:5",
  },
  {
    name: "undefined",
    lines: "export function f(text: string | null): bool {\n  return text !== undefined;\n}",
    says: ["undefined is not", "use null"],
    at: "src/plugin.ts:3:19",
  },
  {
    name: "unknown",
    lines: "export function f(value: unknown): void {}",
    says: ["the type unknown is not", "declare a class"],
    at: "src/plugin.ts:2:26",
  },
  {
    name: "a function of the full target's world",
    lines: "export const a = atob('');",
    says: ["atob is not in the fast target"],
    at: "src/plugin.ts:2:18",
  },
  {
    name: "an optional parameter",
    lines: "export function f(name?: string): void {}",
    says: ["needs a value to start from", "string | null = null"],
    at: "src/plugin.ts:2:19",
  },
  {
    name: "an object literal without a class",
    lines: "export function f(): void {\n  const a = { x: 1 };\n}",
    says: ["an object literal of no declared class"],
    at: "src/plugin.ts:3:13",
  },
  {
    name: "a number added to a text",
    lines: 'export function f(n: i32): string {\n  return "n" + n;\n}',
    says: ["does not become a text by itself or by +", "toString()"],
    at: "src/plugin.ts:3:16",
  },
  {
    name: "a fraction where a whole number is expected",
    lines: "export function f(n: number): string {\n  return ''.charAt(n);\n}",
    says: ["does not become a whole one", "declare both as number"],
    at: "src/plugin.ts:3:20",
  },
  {
    name: "what may be null",
    lines:
      "class A {\n  b: string | null = null;\n}\nexport function f(a: A): i32 {\n  return a.b.length;\n}",
    says: ["this may be null", "put it into a const"],
    at: "src/plugin.ts:6:10",
  },
  {
    name: "a constant assertion",
    lines: "export const a = [1] as const;",
    says: ["as const is not"],
    at: "src/plugin.ts:2:18",
  },
  {
    name: "satisfies",
    lines: "export const a = 1 satisfies number;",
    says: ["satisfies is not"],
    at: "src/plugin.ts:2:20",
  },
  {
    name: "a private name",
    lines: "export class A {\n  #b: string = '';\n}",
    says: ["private names (#name) are not", "private name"],
    at: "src/plugin.ts:3:3",
  },
  {
    name: "map without its type",
    lines: "export function f(list: i32[]): i32[] {\n  return list.map((item) => item + 1);\n}",
    says: ["cannot be guessed", "list.map<string>"],
    at: "src/plugin.ts:3:18",
  },
  {
    name: "something that only the compiler knows of",
    lines: "export function f(): void {\n  a: for (;;) break a;\n}",
    says: ["expression expected", "--target full"],
    at: "src/plugin.ts:3:4",
  },
  {
    name: "a hook that answers something else",
    files: {
      "src/plugin.ts":
        'import { Request } from "@backworks/pdk";\nexport function beforeRequest(request: Request): string {\n  return "";\n}\n',
    },
    says: ["does not have the shape that the bindings expect", "Reply | null"],
    at: "nowhere",
  },
  {
    name: "a value that no later plugin can be given",
    lines:
      'import { Request } from "@backworks/pdk";\nexport function f(r: Request): void {\n  r.provide("a", [1]);\n}',
    says: ["does not have the shape", "provides texts, numbers and truth values"],
  },
  {
    name: "a mistake in another file",
    files: {
      "src/plugin.ts": `import { other } from "./lib/other.ts";\n${SOURCE}other();\n`,
      "src/lib/other.ts": "export function other(): void {\n  nothing();\n}\n",
    },
    says: ["cannot find name 'nothing'"],
    at: "src/lib/other.ts:2:3",
  },
];

const pdk = (name: string, statement: string): string =>
  `import { ${name} } from "@backworks/pdk";\nexport function f(): void {\n  ${statement}\n}`;

/** Parts of the kit that are in the full target alone. */
const FULL_ONLY: readonly Case[] = [
  {
    name: "kv.getJson",
    lines: pdk("kv", 'kv.getJson("a");'),
    says: ["kv.getJson is for the full target", "kv.get and kv.set keep texts"],
    at: "src/plugin.ts:4:6",
  },
  {
    name: "sql.query",
    lines: pdk("sql", 'sql.query("main", "select 1");'),
    says: ["sql.query is for the full target", "sql.queryJson"],
    at: "src/plugin.ts:4:7",
  },
  {
    name: "json() of a response",
    lines: pdk("http", 'http.get("https://a.example").json();'),
    says: ["JSON is not in the fast target", "text() or bytes()"],
    at: "src/plugin.ts:4:33",
  },
  {
    name: "stateJson of a message",
    lines:
      'import { Message } from "@backworks/pdk";\nexport function f(m: Message): void {\n  m.stateJson();\n}',
    says: ["message.stateJson is for the full target", "message.state is the JSON"],
    at: "src/plugin.ts:4:5",
  },
  {
    name: "labels as an object",
    lines: pdk("metrics", 'metrics.count("hits", 1, { a: "b" });'),
    says: ["an object literal does not become a Map", "labels.set"],
    at: "src/plugin.ts:4:28",
  },
  {
    name: "bytes where a text is sent",
    lines: pdk("events", 'events.publish("a.b", new Uint8Array(1));'),
    says: ["bytes do not become a text", "publishBytes"],
    at: "src/plugin.ts:4:25",
  },
  {
    name: "fetch",
    lines: 'export function f(): void {\n  fetch("https://a.example");\n}',
    says: ["fetch is not in the fast target", "http.trySend"],
    at: "src/plugin.ts:3:3",
  },
  {
    name: "the type Json",
    lines: 'import type { Json } from "@backworks/pdk";',
    says: ["the type Json is for the full target", "keep the JSON as a string"],
    at: "src/plugin.ts:2:15",
  },
  {
    name: "the type BodyInput",
    lines: 'import { type BodyInput } from "@backworks/pdk";',
    says: ["there are no unions in the fast one", "string or Uint8Array"],
    at: "src/plugin.ts:2:15",
  },
  {
    name: "the type of kv",
    lines: 'import * as pdk from "@backworks/pdk";\nexport function f(kv: pdk.Kv): void {}',
    says: ["the type Kv is for the full target", "instead of passing kv on"],
    at: "src/plugin.ts:3:27",
  },
  {
    name: "crypto.randomUUID",
    lines: "export const id = crypto.randomUUID();",
    says: ["crypto.randomUUID is not in the fast target", "random.uuid"],
    at: "src/plugin.ts:2:26",
  },
];

test.each([...UNSUPPORTED, ...FULL_ONLY])(
  "$name is refused with its place and a way out",
  async (given) => {
    await expectRefusal(given);
  },
);
