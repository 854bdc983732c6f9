import { describe, expect, test } from "vitest";
import { DEFAULT_POLICY } from "../../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { FUELLED, Metered } from "../../support/metered.ts";
import { section, withSections } from "../../support/wasm-sections.ts";
import { wat } from "../../support/wat.ts";

const EXACT = { ...FUELLED, accounting: "exact" } as const;

function hex(bytes: string): number[] {
  return [...Buffer.from(bytes.replaceAll(" ", ""), "hex")];
}

describe("branches out of a loop that has a loop around it", () => {
  const LEAVE = `(module
    (func (export "table") (param i32) (result i32) (local $i i32)
      (block $c (block $b (block $a
        (loop $again
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $i) (i32.const 5)))
          (br_table $a $b $again $c (local.get 0))))
        (return (i32.const 1)))
      (return (i32.const 2)))
      (i32.const 3))
    (func (export "value") (param i32) (result i32)
      (block $out (result i32)
        (loop $again (result i32)
          (drop (br_if $out (i32.const 40) (local.get 0)))
          (local.set 0 (i32.const 1))
          (br $again))))
    (func (export "function") (param i32) (result i32)
      (loop $again
        (drop (br_if 1 (i32.const 50) (local.get 0)))
        (local.set 0 (i32.const 1))
        (br $again))
      (unreachable)))`;

  test.each([DEFAULT_POLICY, EXACT])("reach the block that they name", ({ accounting }) => {
    const metered = new Metered(LEAVE, { ...FUELLED, accounting });
    expect([0, 1, 3].map((index) => metered.call("table", index))).toEqual([1, 2, 3]);
    expect([0, 1].map((condition) => metered.call("value", condition))).toEqual([40, 40]);
    expect([0, 1].map((condition) => metered.call("function", condition))).toEqual([50, 50]);
  });

  test("reach it by a reference that is null, too", () => {
    // block { loop { local.get 0, br_on_null 1, drop, ref.null extern, local.set 0, br 0 } } by
    // hand, since the text format at hand does not know it.
    const body = hex("00 0240 0340 2000 d501 1a d06f 2100 0c00 0b 0b 4109 0b");
    const bytes = withSections(
      section(1, 1, 0x60, 1, 0x6f, 1, 0x7f),
      section(3, 1, 0),
      section(7, 1, 3, ...Buffer.from("run"), 0, 0),
      section(10, 1, body.length, ...body),
    );
    const metered = new Metered(bytes, EXACT);
    expect(metered.call("run", {})).toBe(9);
    expect(metered.spend("run", {})).toBe(1 + 5 + 2 + 1);
  });

  test("store what the loop has counted", () => {
    const metered = new Metered(LEAVE, EXACT);
    expect(metered.spend("value", 0)).toBe(1 + 3 + 2 + 1 + 3);
    expect(metered.spend("value", 1)).toBe(1 + 3);
  });
});

describe("exceptions", () => {
  const TRY = `(module (tag $e (param i32)) (tag $f)
    (func $throw (param i32) (if (local.get 0) (then (throw $e (local.get 0)))))
    (func (export "catch") (param i32) (result i32)
      (loop $again (result i32)
        (try (result i32)
          (do (call $throw (local.get 0)) (i32.const 5))
          (catch $e)
          (catch_all (i32.const 6)))))
    (func (export "rethrow") (param i32) (result i32)
      (try $outer (result i32)
        (do
          (try (do (call $throw (local.get 0))) (catch_all (rethrow 0)))
          (i32.const 7))
        (catch $e)))
    (func (export "delegate") (param i32) (result i32)
      (try $outer (result i32)
        (do (try (do (call $throw (local.get 0))) (delegate $outer)) (i32.const 8))
        (catch $e))))`;

  test.each([
    ["catch", 5],
    ["rethrow", 7],
    ["delegate", 8],
  ])("%s goes where it went", (name, otherwise) => {
    const metered = new Metered(TRY);
    expect([0, 3].map((value) => metered.call(name, value))).toEqual([otherwise, 3]);
    expect(metered.spend(name, 3)).toBeGreaterThan(metered.spend(name, 0));
  });

  test("caught by a try_table pay for what ran before they were thrown", () => {
    // block { try_table (catch_all 0) { if (param) { 4 x nop-like } throw } }: by hand, since the
    // text format at hand does not know it.
    const body = hex("00 0240 1f40010200 2000 0440 41011a 41011a 41011a 0b 0800 0b 0b 41011a 0b");
    const bytes = withSections(
      section(1, 2, 0x60, 1, 0x7f, 0, 0x60, 0, 0),
      section(3, 1, 0),
      section(13, 1, 0, 1),
      section(7, 1, 3, ...Buffer.from("run"), 0, 0),
      section(10, 1, body.length, ...body),
    );
    const metered = new Metered(bytes);
    expect(metered.spend("run", 1)).toBeGreaterThanOrEqual(2 + 3 + 200 + 1);
  });
});

describe("calls", () => {
  const chain = Array.from(
    { length: 200 },
    (_, index) => `(func $f${index} (call $f${index + 1}))`,
  );

  test("of a long chain of functions are settled without recursion as deep", () => {
    const text = `(module ${chain.join("")} (func $f200) (export "run" (func $f0)))`;
    expect(new Metered(text, EXACT).spend("run")).toBe(401);
  });

  test("that double at each of forty levels run out of fuel", () => {
    const levels = Array.from({ length: 40 }, (_, index) => {
      return `(func $f${index} (call $f${index + 1}) (call $f${index + 1}))`;
    });
    const text = `(module ${levels.join("")} (func $f40) (export "run" (func $f0)))`;
    expect(() => new Metered(text).call("run")).toThrow("unreachable");
  });

  test.each([
    ["itself", '(func $f (export "run") (return_call $f))'],
    ["another and back", '(func $f (export "run") (return_call $g)) (func $g (return_call $f))'],
    [
      "whatever the table holds",
      `(type $t (func)) (table funcref (elem $f))
       (func $f (export "run") (return_call_indirect (type $t) (i32.const 0)))`,
    ],
  ])("for ever of %s run out of fuel", (_, functions) => {
    const metered = new Metered(`(module ${functions})`);
    expect(() => metered.call("run")).toThrow("unreachable");
    expect(metered.fuel).toBeGreaterThan(-1000);
  });

  test("of imports see the fuel that is left, inside loops too", () => {
    const seen: number[] = [];
    const metered: Metered = new Metered(
      `(module (import "host" "look" (func $look))
        (func (export "run") (local $i i32)
          (loop $again
            (block $x (br_if $x (local.get $i)) (drop (i32.const 1)) (drop (i32.const 1)))
            (block $y (br_if $y (local.get $i)) (drop (i32.const 1)) (drop (i32.const 1)))
            (call $look)
            (local.set $i (i32.add (local.get $i) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get $i) (i32.const 3))))))`,
      EXACT,
      { host: { look: () => seen.push(metered.fuel) } },
    );
    metered.call("run");
    expect(seen).toHaveLength(3);
    expect(seen[0]).toBeGreaterThan(seen[1] ?? 0);
    expect(seen[1]).toBeGreaterThan(seen[2] ?? 0);
  });
});

describe("very large functions", () => {
  test("with more loops than regions are worth keep the counter in the global", () => {
    const loops = "(loop $l (br_if $l (i32.const 0)))".repeat(501);
    const { report } = rewriteModule(wat(`(module (func ${loops}))`), DEFAULT_POLICY);
    expect(report).toMatchObject({ regions: 0, checks: 501 });
  });

  test("that may spend much between checks look at every charge", () => {
    const arm = `(if (local.get 0) (then ${"(drop (i32.div_u (i32.const 1) (local.get 0)))".repeat(90)}))`;
    const { report } = rewriteModule(
      wat(`(module (func (param i32) ${arm.repeat(80)}))`),
      DEFAULT_POLICY,
    );
    expect(report.checks).toBe(report.charges);
  });
});

describe("what runs to the end of an arm whose block is left early elsewhere is charged", () => {
  const ARMS = `(module (tag $t)
    (func (export "then") (param i32) (result i32)
      (local.get 0)
      (if (result i32)
        (then (i32.const 0) (i32.const 0) (br_if 1))
        (else (i32.const 0)))
      (i32.const 1)
      (i32.add))
    (func (export "guarded") (param i32) (result i32)
      (block $out
        (try
          (do
            (br_if 0 (i32.eqz (local.get 0)))
            (drop (i32.add (i32.const 1) (i32.add (i32.const 1) (i32.const 1)))))
          (catch $t (br $out)))
        (drop (i32.add (i32.const 1) (i32.add (i32.const 1) (i32.const 1)))))
      (i32.const 2)))`;

  test.each(["then", "guarded"])("%s", (name) => {
    const exact = new Metered(ARMS, EXACT);
    const bounded = new Metered(ARMS, FUELLED);
    for (const parameter of [0, 1]) {
      // Wasmtime charges one unit for entering a function.
      const least = exact.spend(name, parameter) - 1;
      expect(bounded.spend(name, parameter)).toBeGreaterThanOrEqual(least);
    }
  });
});
