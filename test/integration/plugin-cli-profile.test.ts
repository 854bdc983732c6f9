import { beforeAll, describe, expect, test } from "vitest";
import { answering, manifestOf, withManifest } from "../support/module.ts";
import { parse, run } from "../support/plugin-command.ts";
import { buildFiles } from "../support/plugins.ts";
import type { CommandResult } from "../support/terminal.ts";
import { wat } from "../support/wat.ts";

const PLUGIN = {
  name: "counts",
  version: "1.0.0",
  hooks: { process_endpoint: { reads: { body: "text" } } },
};
const MANIFEST = JSON.stringify(PLUGIN);

const PORTABLE = `
  import { Request, Reply, log } from "@backworks/pdk";
  class Words {
    list: string[];
    constructor(text: string) { this.list = text.split(" "); }
    longest(): string {
      let found = "";
      for (let i = 0; i < this.list.length; i++) {
        if (this.list[i].length > found.length) found = this.list[i];
      }
      return found;
    }
  }
  // Recursion is never inlined.
  function repeat(text: string, times: number): string {
    return times < 1 ? "" : text + repeat(text, times - 1);
  }
  export function processEndpoint(request: Request): Reply {
    const words = new Words(request.text());
    log.info("counted");
    return Reply.text(200, repeat(words.longest(), 40));
  }`;

interface FunctionRow {
  readonly name: string;
  readonly kind: string;
  readonly file?: string;
  readonly line?: number;
  readonly self: number;
  readonly total: number;
  readonly calls: number;
}

function functionsOf(result: CommandResult): readonly FunctionRow[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the command's own JSON
  return parse(result)["functions"] as readonly FunctionRow[];
}

function sum(functions: readonly FunctionRow[]): number {
  return functions.reduce((all, { self }) => all + self, 0);
}

const CALL = ["process_endpoint", "-r", "POST /x", "-b", "some words to count", "--json"];

describe.each(["full", "fast"] as const)("plugin profile of the %s target", (target) => {
  let built: Uint8Array;
  const profile = async (...args: string[]): Promise<CommandResult> =>
    run(["profile", "p.wasm", ...CALL, ...args], { "p.wasm": built });

  beforeAll(async () => {
    const manifest = JSON.stringify({ ...PLUGIN, target });
    built = (await buildFiles({ "plugin.yaml": manifest, "src/plugin.ts": PORTABLE })).bytes;
  });

  test("gives all of the fuel that plugin call takes to functions", async () => {
    const plain = parse(await run(["call", "p.wasm", ...CALL], { "p.wasm": built }));
    const result = await profile();

    expect(result.exit).toBe(0);
    expect(parse(result)).toMatchObject({ ok: true, calls: 1, fuel: plain["fuel"] });
    expect(sum(functionsOf(result))).toBe(plain["fuel"]);
  });

  test("counts the same in every run, and with exact accounting too", async () => {
    const [first, second] = [await profile(), await profile()];
    const exact = await profile("--accounting", "exact");

    expect(second.out).toBe(first.out);
    expect(sum(functionsOf(exact))).toBe(parse(exact)["fuel"]);
    expect(parse(exact)["fuel"]).not.toBe(parse(first)["fuel"]);
  });

  test("adds up several calls", async () => {
    const functions = functionsOf(await profile("--calls", "5"));

    expect(functions).toContainEqual(
      expect.objectContaining({ name: expect.stringMatching(/repeat$/), calls: 5 * 41 }),
    );
  });

  test("names their files and lines", async () => {
    expect(functionsOf(await profile())).toContainEqual(
      expect.objectContaining({
        name: expect.stringMatching(/repeat$/),
        file: "src/plugin.ts",
        line: 15,
      }),
    );
  });

  test("calls the author's functions by their names", async () => {
    const functions = functionsOf(await profile());
    const named = (name: RegExp): FunctionRow | undefined =>
      functions.find((row) => name.test(row.name));

    expect(named(/repeat$/)?.calls).toBe(41);
    expect(named(/processEndpoint$/)?.calls).toBe(1);
    expect(named(/^log_info$/)).toMatchObject({ kind: "host", calls: 1 });
    const endpoint = named(/processEndpoint$/);
    expect(endpoint?.total).toBeGreaterThan((named(/repeat$/)?.total ?? 0) + (endpoint?.self ?? 0));
  });

  test("profiles a call without fuel as far as it comes", async () => {
    const result = await profile("--fuel", "30000");

    expect(result.exit).toBe(1);
    expect(parse(result)).toMatchObject({
      ok: false,
      errors: [{ code: "guest_fuel_exhausted" }],
    });
    expect(sum(functionsOf(result))).toBe(parse(result)["fuel"]);
    expect(parse(result)["fuel"]).toBeGreaterThan(30_000);
  });

  test("counts a call that gives the event loop back, too", async () => {
    const whole = parse(await profile())["fuel"];

    expect(parse(await profile("--fuel", "20000000"))["fuel"]).toBe(whole);
  });
});

describe("plugin profile", () => {
  test("names the files and lines of a full plugin", async () => {
    const { bytes } = await buildFiles({ "plugin.yaml": MANIFEST, "src/plugin.ts": PORTABLE });
    const functions = functionsOf(await run(["profile", "p.wasm", ...CALL], { "p.wasm": bytes }));

    expect(functions).toContainEqual(
      expect.objectContaining({ name: "repeat", kind: "script", file: "src/plugin.ts", line: 15 }),
    );
    expect(functions).toContainEqual(
      expect.objectContaining({ name: "longest", file: "src/plugin.ts", line: 6 }),
    );
    expect(functions).toContainEqual(expect.objectContaining({ name: "split", kind: "native" }));
  });

  test("tells generators, asynchronous functions and names beyond ASCII apart", async () => {
    const source = `
      import { Reply } from "@backworks/pdk";
      const größe = (text: string) => text.length;
      const длина = (text: string) => text.length;
      function* walk() { yield 1; yield 2; }
      async function later() { await null; return 3; }
      export async function processEndpoint() {
        let all = größe("a") + длина("b");
        for (const step of walk()) all += step;
        return Reply.text(200, String(all + await later()));
      }`;
    const { bytes } = await buildFiles({ "plugin.yaml": MANIFEST, "src/plugin.ts": source });
    const result = await run(["profile", "p.wasm", ...CALL], { "p.wasm": bytes });
    const calls = new Map(functionsOf(result).map((row) => [row.name, row.calls]));

    expect(calls.get("größe")).toBe(1);
    expect(calls.get("длина")).toBe(1);
    // To make it, and for each time that it goes on.
    expect(calls.get("walk")).toBeGreaterThanOrEqual(4);
    expect(calls.get("later")).toBeGreaterThan(1);
    expect(sum(functionsOf(result))).toBe(parse(result)["fuel"]);
  });

  test("shows the engine's functions when it is asked to", async () => {
    const { bytes } = await buildFiles({ "plugin.yaml": MANIFEST, "src/plugin.ts": PORTABLE });
    const args = ["profile", "p.wasm", ...CALL];
    const author = await run(args, { "p.wasm": bytes });
    const engine = await run([...args, "--engine"], { "p.wasm": bytes });

    const wasm = (result: CommandResult): number =>
      functionsOf(result).filter(({ kind }) => kind === "wasm").length;
    expect(wasm(author)).toBe(1);
    expect(wasm(engine)).toBeGreaterThan(20);
    expect(sum(functionsOf(engine))).toBe(sum(functionsOf(author)));
  });

  test("shows the functions of an engine that it does not know", async () => {
    const source = `(module
      (memory (export "memory") 1)
      (func $call (param i32 i64 i64 i64 i32 i32 i32) (result i64)
        ${"nop ".repeat(17_000)} call $helper i64.const 0)
      (func $helper (nop))
      (func (export "health_check") (result i32)
        (drop (call $call (i32.const 8) (i64.const -4294967280) (i64.const 0) (i64.const 0)
          (i32.const 0) (i32.const 0) (i32.const 0)))
        i32.const 0))`;
    const module = withManifest(wat(source), manifestOf("p", "health_check"));
    const args = ["health_check", "--json", "--accounting", "exact"];
    const result = await run(["profile", "p.wasm", ...args], { "p.wasm": module });

    const names = functionsOf(result).map(({ name }) => name);
    expect(names).toContain("helper");
    expect(sum(functionsOf(result))).toBe(parse(result)["fuel"]);
  });

  test("says what was used until a trap, to the unit", async () => {
    const source = `(module
      (memory (export "memory") 1)
      (func $spin (local i32)
        (loop (local.set 0 (i32.add (local.get 0) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.get 0) (i32.const 1000)))) unreachable)
      (func (export "health_check") (result i32) call $spin i32.const 0))`;
    const module = withManifest(wat(source), manifestOf("p", "health_check"));
    const result = await run(["profile", "p.wasm", "health_check", "--json"], { "p.wasm": module });

    expect(result.exit).toBe(1);
    expect(parse(result)).toMatchObject({ errors: [{ code: "guest_trapped" }] });
    const spin = functionsOf(result).find(({ name }) => name === "spin");
    expect(spin?.self).toBeGreaterThan(4_000);
    expect(sum(functionsOf(result))).toBe(parse(result)["fuel"]);
  });

  test("counts a call in slices as it counts one without", async () => {
    const source = `(module
      (func $spin (local i32)
        (loop (local.set 0 (i32.add (local.get 0) (i32.const 1)))
          (br_if 0 (i32.lt_u (local.get 0) (i32.const 900000)))))
      (func (export "health_check") (result i32) call $spin i32.const 1))`;
    const module = withManifest(wat(source), manifestOf("p", "health_check"));
    const profile = async (...args: string[]): Promise<CommandResult> =>
      run(["profile", "p.wasm", "health_check", "--json", ...args], { "p.wasm": module });
    const [once, sliced] = [await profile(), await profile("--fuel", "50000000")];

    expect(parse(once)["fuel"]).toBeGreaterThan(4_000_000);
    expect(functionsOf(sliced)).toEqual(functionsOf(once));
  });

  test("shows where a plugin that does not start spends its fuel", async () => {
    const source = `(module
      (func $spin (loop (br 0)))
      (func (export "initialize") (result i32) call $spin i32.const 0)
      (func (export "health_check") (result i32) i32.const 0))`;
    const module = withManifest(wat(source), manifestOf("p", "health_check"));
    const result = await run(["profile", "p.wasm", "health_check", "--json"], { "p.wasm": module });

    expect(parse(result)).toMatchObject({ ok: false, errors: [{ code: "guest_fuel_exhausted" }] });
    expect(functionsOf(result)[0]).toMatchObject({ name: "spin", calls: expect.any(Number) });
  });

  test("shows a table to people", async () => {
    const { exit, out } = await run(["profile", "p.wasm", "health_check"], {
      "p.wasm": withManifest(
        answering("health_check", '{"status":"healthy"}'),
        manifestOf("p", "health_check"),
      ),
    });

    expect(exit).toBe(0);
    expect(out).toMatch(/1 call, [\d,]+ units of fuel \(bounded; 11,000,000 for a call\)/);
    expect(out).toMatch(/self +% +total +% +calls +function/);
    expect(out).toMatch(/100\.0 +[\d,]+ +100\.0 +1 +health_check/);
  });

  test("refuses counts that are none", async () => {
    const { exit, err } = await run(["profile", "p.wasm", "health_check", "--calls", "0"], {});

    expect(exit).toBe(2);
    expect(err).toContain("expected a whole number from 1 on");
  });
});
