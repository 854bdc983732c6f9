import { test } from "vitest";
import { expectRefusal, type Case } from "./refusals.ts";

const CLOSURES = `export function f(): void {
  third(1);
  first(1);
}
export function first(n: i32): i32[] {
  return [1].map<i32>((x) => x + n);
}
export function third(n: i32): i32[] {
  const m = [1].map<i32>((x) => x - n);
  return m.map<i32>((x) => x * n);
}`;

test("errors of one kind are told in the order of the source", async () => {
  await expectRefusal({
    name: "closures",
    lines: CLOSURES,
    says: ["the same at src/plugin.ts:10:37, src/plugin.ts:11:32"],
    at: "src/plugin.ts:7:34",
  });
});

/** What the full target does not have either, or has as little use for. */
const NOWHERE: readonly Case[] = [
  { name: "a type that does not fit", lines: "export const a: i32 = 'b';", says: ["'i32'"] },
  { name: "a name of nobody", lines: "nothing();", says: ["cannot find name 'nothing'"] },
  {
    name: "an export that the kit does not have",
    lines: 'import { Foo } from "@backworks/pdk";\nFoo;',
    says: ['"@backworks/pdk" exports no "Foo"'],
  },
  { name: "timers", lines: "setTimeout(() => {}, 1);", says: ["timer", "on_schedule"] },
  { name: "Buffer", lines: "Buffer.from('');", says: ["no Buffer", "Uint8Array"] },
  { name: "__dirname", lines: "__dirname.length;", says: ["no __dirname", "import"] },
  { name: "Intl", lines: "new Intl.Collator();", says: ["no Intl in a plugin"] },
  { name: "process", lines: "process.exit(1);", says: ["no process", "config.get"] },
  { name: "crypto.createHash", lines: "crypto.createHash('');", says: ["no crypto.createHash"] },
  {
    name: "a member of the author's own class",
    lines: "class A {}\nnew A().json();",
    says: ["property 'json' does not exist"],
  },
];

test.each(NOWHERE)("the full target is no way out of: $name", async (given) => {
  await expectRefusal({ ...given, saysNot: "full" });
});
