import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DEFAULT_POLICY, type RewritePolicy } from "../../../host/src/wasm/policy.ts";
import { REWRITER_VERSION, rewriteModule } from "../../../host/src/wasm/rewrite.ts";
import { wat } from "../../support/wat.ts";

const GOLDEN = new URL("./rewriter-version.json", import.meta.url);

const WHAT_TO_DO =
  "the rewriter makes other bytes or another report than it did: raise REWRITER_VERSION in " +
  "host/src/wasm/rewrite.ts, so that hosts do not go on using what they have cached, " +
  "and then write the new hashes by running this test with -u";

/** Between them they have everything that the rewriter treats in a way of its own. */
const MODULES: Readonly<Record<string, string>> = {
  loops: `(module
    (memory (export "memory") 1)
    (func (export "run") (param $n i32) (result i32) (local $i i32) (local $sum i32)
      (block $out
        (loop $outer
          (br_if $out (i32.ge_u (local.get $i) (local.get $n)))
          (loop $inner
            (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $i))))
            (br_if $inner (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1)))
              (i32.const 100))))
          (if (i32.and (local.get $i) (i32.const 1))
            (then (local.set $sum (i32.div_u (local.get $sum) (i32.const 3))))
            (else (local.set $sum (i32.mul (local.get $sum) (i32.const 5)))))
          (block $two (block $one (block $zero
            (br_table $zero $one $two (local.get $i)))
            (br $outer)) (return (i32.const 1)))
          (br $outer)))
      (local.get $sum)))`,
  calls: `(module
    (import "host" "look" (func $look (param i32)))
    (type $number (func (param i32) (result i32)))
    (table funcref (elem $fib $last))
    (func $next (type $number) (i32.add (local.get 0) (i32.const 1)))
    (func $fib (export "fib") (type $number)
      (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
        (then (call $next (local.get 0)))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
          (call_indirect (type $number) (i32.sub (local.get 0) (i32.const 2)) (i32.const 0))))))
    (func $last (type $number) (return_call $next (call $fib (local.get 0))))
    (func (export "loop") (param i32)
      (loop $again
        (call $look (local.get 0))
        (br_if $again (local.tee 0 (call $next (local.get 0)))))))`,
  bulk: `(module
    (memory (export "memory") 1 65536)
    (table $slots (export "slots") 1 funcref)
    (data "passive")
    (func (export "run") (param i32) (result i32)
      (memory.fill (i32.const 0) (i32.const 1) (local.get 0))
      (memory.copy (i32.const 0) (i32.const 8) (i32.const 64))
      (memory.init 0 (i32.const 0) (i32.const 0) (local.get 0))
      (drop (table.grow $slots (ref.null func) (local.get 0)))
      (table.fill $slots (i32.const 0) (ref.null func) (local.get 0))
      (memory.grow (local.get 0))))`,
  exceptions: `(module
    (tag $thrown (param i32))
    (func $throw (param i32) (if (local.get 0) (then (throw $thrown (local.get 0)))))
    (func (export "run") (param i32) (result i32)
      (loop $again (result i32)
        (try (result i32)
          (do (call $throw (local.get 0)) (i32.const 5))
          (catch $thrown)
          (catch_all (i32.const 6))))))`,
  start: `(module
    (global $state (mut i32) (i32.const 0))
    (func $main (global.set $state (i32.const 7)))
    (func (export "_initialize") (call $main))
    (start $main))`,
};

const POLICY: RewritePolicy = {
  ...DEFAULT_POLICY,
  renamedImports: new Map([["host", "renamed:host"]]),
  renamedExports: new Map([["_initialize", "renamed:initialize"]]),
};

function hashOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

function rewrittenHash(bytes: Uint8Array, accounting: RewritePolicy["accounting"]): string {
  const rewritten = rewriteModule(bytes, { ...POLICY, accounting });
  return hashOf(rewritten.bytes, JSON.stringify(rewritten.report));
}

test("the rewriter's version goes up whenever the same module and policy give something else", async () => {
  const modules = Object.entries(MODULES).map(([name, text]) => {
    const bytes = wat(text);
    const [bounded, exact] = [rewrittenHash(bytes, "bounded"), rewrittenHash(bytes, "exact")];
    return [name, { original: hashOf(bytes), bounded, exact }];
  });
  const made = { version: REWRITER_VERSION, modules: Object.fromEntries(modules) };

  const golden: unknown = JSON.parse(await readFile(GOLDEN, "utf8"));
  // Not a snapshot: -u alone must not be the way out.
  if (versionOf(golden) === REWRITER_VERSION) expect(made, WHAT_TO_DO).toEqual(golden);
  const text = `${JSON.stringify(made, null, 2)}\n`;
  await expect(text, WHAT_TO_DO).toMatchFileSnapshot(GOLDEN.pathname);
});

function versionOf(golden: unknown): unknown {
  return typeof golden === "object" && golden !== null && "version" in golden && golden.version;
}
