import { describe, expect, test } from "vitest";
import { parse, run } from "../support/plugin-command.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { wat } from "../support/wat.ts";

describe("plugin inspect", () => {
  const MODULE = wat(`(module
    (import "extism:host/env" "alloc" (func (param i64) (result i64)))
    (memory (export "memory") 1 16)
    (table 2 funcref)
    (global i32 (i32.const 0))
    (func $helper (param i32 i64) (result i32 i32) (i32.const 1) (i32.const 2))
    (func $begin)
    (start $begin)
    (func $hook (export "process_endpoint") (export "again") (result i32)
      (i32.add (i32.add (i32.const 1) (i32.const 2)) (i32.const 3)))
    (data (i32.const 0) "data"))`);
  const files = { "a.wasm": withManifest(MODULE, manifestOf("a")) };

  test("shows sections, imports, exports, sizes and functions, the largest first", async () => {
    const { exit, out } = await run(["inspect", "a.wasm"], files);
    expect(exit).toBe(0);
    expect(out).toMatch(/^\d+ B, 3 functions, 1 imports, 3 exports\n/);
    expect(out).toMatch(
      /\nsections\n {2}kind +offset +bytes +name\n[^]* {2}type +0x[0-9a-f]{5} +\d+\n/,
    );
    expect(out).toMatch(/ {2}custom +0x[0-9a-f]{5} +\d+ +backworks:manifest\n/);
    expect(out).toMatch(/\nimports\n.*\n {2}extism:host\/env alloc +\(i64\) → i64\n/);
    expect(out).toMatch(/\nexports\n.*\n {2}memory +memory\n {2}process_endpoint +\(\) → i32\n/);
    expect(out).toMatch(/ {2}memory +64 KiB at first, at most 1\.0 MiB\n/);
    expect(out).toMatch(
      / {2}table +2 slots of funcref at first, no maximum\n {2}globals +1 of its own\n/,
    );
    const functions = out.slice(out.indexOf("\nfunctions\n")).split("\n").slice(3, -1);
    expect(functions.map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["3", expect.any(String), "() → i32", "hook export process_endpoint, again"],
      ["1", expect.any(String), "(i32, i64) → (i32, i32)", "helper"],
      ["2", expect.any(String), "() → ()", "begin (start)"],
    ]);
  });

  test("--json has the same as data", async () => {
    expect(parse(await run(["inspect", "a.wasm", "--json"], files))).toMatchObject({
      ok: true,
      sections: expect.arrayContaining([
        {
          kind: "custom",
          name: "backworks:manifest",
          offset: expect.any(Number),
          bytes: expect.any(Number),
        },
      ]),
      imports: [{ module: "extism:host/env", name: "alloc", params: ["i64"] }],
      memories: [{ pagesMin: 1, pagesMax: 16 }],
      globals: 1,
      start: 2,
      functions: [
        { index: 1, name: "helper" },
        { index: 2 },
        { index: 3, exports: ["process_endpoint", "again"] },
      ],
    });
  });

  test("looks at what no host would load, and at nothing at all", async () => {
    const shared = {
      "a.wasm": wat("(module (memory 1 2 shared))"),
      "b.wasm": wat("(module)").subarray(0, 8),
    };
    expect((await run(["inspect", "a.wasm"], shared)).out).toContain("at most 128 KiB, shared\n");
    expect((await run(["inspect", "b.wasm"], shared)).out).toBe(
      "8 B, 0 functions, 0 imports, 0 exports\n",
    );
    const one = await run(["inspect", "a.wasm", "--top", "1"], files);
    expect(one.out).toMatch(/2 smaller ones: see --top and --json\n$/);
  });

  test("refuses what is no module", async () => {
    const { exit, err } = await run(["inspect", "a.wasm"], { "a.wasm": Buffer.from("no") });
    expect([exit, err]).toEqual([1, expect.stringContaining("plugin_not_wasm")]);
  });

  test("-f and --accounting mean the metered code", async () => {
    const one = await run(["inspect", "a.wasm", "-f", "helper"], files);
    expect(one.out).toMatch(/^function 1 helper\n.*metered/);
    const exact = await run(["inspect", "a.wasm", "--accounting", "exact"], files);
    expect(exact.out).toContain("exact accounting");
  });
});

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
