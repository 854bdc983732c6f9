import { describe, expect, test } from "vitest";
import { parse, run } from "../support/plugin-command.ts";
import { wat } from "../support/wat.ts";

describe("plugin inspect --metered", () => {
  const COUNTING = wat(`(module
    (memory 1)
    (func $leaf (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $count (export "count") (param i32) (result i32)
      (loop $again
        (if (i32.and (local.get 0) (i32.const 1))
          (then (memory.fill (i32.const 0) (i32.const 0) (local.get 0))))
        (local.set 0 (call $leaf (local.get 0)))
        (br_if $again (local.get 0)))
      (local.get 0)))`);

  test("shows each function with its blocks, charges and checks", async () => {
    const { exit, out } = await run(["inspect", "a.wasm", "--metered"], { "a.wasm": COUNTING });
    expect(exit).toBe(0);
    expect(out).toMatch(/^2 functions, 1 of them paid for by their callers; bounded accounting\n/);
    expect(out).toMatch(
      /^function +bytes +growth +blocks +charges +checks +regions +prepaid +name$/m,
    );
    expect(out).toMatch(/^0 +\d+ +×1\.00 +1 +0 +0 +0 +\d+ \(all\) +leaf$/m);
    expect(out).toMatch(/^1 +\d+ +×\d+\.\d\d +4 +.* export count$/m);
  });

  test("shows the blocks of one function, by name, export or index", async () => {
    const files = { "a.wasm": COUNTING };
    const byName = await run(["inspect", "a.wasm", "--metered", "-f", "count"], files);
    const byIndex = await run(["inspect", "a.wasm", "--metered", "-f", "1"], files);
    expect(byIndex.out).toBe(byName.out);
    expect(byName.out).toMatch(/^function 1 export count\n/);
    const listing = byName.out.split("\n").map((line) => line.replace(/^0x[0-9a-f]{5} +/, ""));
    expect(listing.slice(6, -1)).toEqual([
      "entry, paid for by the caller",
      "loop, its counter in a local",
      expect.stringMatching(/^\d+ +each round, checked$/),
      expect.stringMatching(/^ *block, paid for at 0x[0-9a-f]{5}$/),
      "bulk work: 1 for 8 of its bytes, checked",
      expect.stringMatching(/^call function 0 leaf, \d+ prepaid$/),
      expect.stringMatching(/^ *block, paid for at 0x[0-9a-f]{5}$/),
      "end of the loop",
    ]);
  });

  test("tells calls of imports and through tables, and loops without a region", async () => {
    const module = wat(`(module
      (import "extism:host/env" "input_length" (func $length (result i64)))
      (type $none (func))
      (table 1 funcref)
      (memory 1)
      (func (export "busy")
        (loop $again
          (call_indirect (type $none) (i32.const 0))
          (br_if $again (i64.eqz (call $length))))
        (drop (memory.grow (i32.const 1)))
        (drop (table.grow (ref.null func) (i32.const 1)))))`);
    const { out } = await run(["inspect", "a.wasm", "--metered", "-f", "busy"], {
      "a.wasm": module,
    });
    expect(out).toMatch(/^function 1 export busy\n/);
    expect(out).toMatch(/ {2}loop\n/);
    expect(out).toMatch(/ call through a table, 24 prepaid\n/);
    expect(out).toMatch(/ call function 0 extism:host\/env input_length\n/);
    expect(out).toMatch(/ bulk work: 8192 for each of its pages, checked\n/);
    expect(out).toMatch(/ bulk work: 64 for each of its elements, checked\n/);
  });

  test("a function that its callers pay for counts nothing itself", async () => {
    const args = ["inspect", "a.wasm", "--metered", "-f", "leaf"];
    const { out } = await run(args, { "a.wasm": COUNTING });
    expect(out).toMatch(/callers pay \d+ in advance, which is all that it can cost/);
  });

  test("text of a module moves no cursor, and a module without functions is a module", async () => {
    const module = wat('(module (func (export "a\\1b[2J\\0a")))');
    const { out } = await run(["inspect", "a.wasm", "--metered"], { "a.wasm": module });
    expect(out).toContain("export a\\u001b[2J\\u000a");
    const empty = await run(["inspect", "a.wasm", "--metered"], { "a.wasm": wat("(module)") });
    expect([empty.exit, empty.out]).toEqual([0, expect.stringMatching(/^0 functions/)]);
  });

  test("--json has all functions, and the steps of one", async () => {
    const files = { "a.wasm": COUNTING };
    const all = parse(await run(["inspect", "a.wasm", "--metered", "--json"], files));
    expect(all).toMatchObject({
      ok: true,
      accounting: "bounded",
      functions: [
        { index: 0, name: "leaf", exports: [], charges: 0, isPrepaid: true },
        { index: 1, name: "count", exports: ["count"], isPrepaid: false },
      ],
    });
    const one = parse(await run(["inspect", "a.wasm", "--metered", "--json", "-f", "leaf"], files));
    expect(one).toMatchObject({
      index: 0,
      steps: [{ kind: "block", what: "entry", fuel: 0, loops: 0, isChecked: false }],
    });
  });

  test("exact accounting charges every block by itself", async () => {
    const files = { "a.wasm": COUNTING };
    const chargesOf = async (...more: string[]): Promise<number> =>
      Number(
        parse(await run(["inspect", "a.wasm", "--metered", "--json", ...more], files))["charges"],
      );
    expect(await chargesOf("--accounting", "exact")).toBeGreaterThan(await chargesOf());
  });

  test("of many functions the largest are shown", async () => {
    const files = { "a.wasm": COUNTING };
    const { out } = await run(["inspect", "a.wasm", "--metered", "--top", "1"], files);
    expect(out).toMatch(/\n1 +\d+ .*\n1 smaller ones: see --top and --json\n$/);
  });

  test("names a near function when there is none of that name", async () => {
    const files = { "a.wasm": COUNTING };
    const { exit, err } = await run(["inspect", "a.wasm", "--metered", "-f", "cuont"], files);
    expect([exit, err]).toEqual([2, expect.stringContaining('did you mean "count"?')]);
    expect((await run(["inspect", "a.wasm", "--metered", "--top", "x"], files)).exit).toBe(2);
  });

  test("refuses what the rewriter refuses", async () => {
    const files = { "a.wasm": wat("(module (memory 1 2 shared))") };
    const { exit, err } = await run(["inspect", "a.wasm", "--metered"], files);
    expect([exit, err]).toEqual([1, expect.stringContaining("plugin_feature_unsupported")]);
  });
});
