import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { problemsOf } from "../../../host/src/lib/join-errors.ts";
import { checkExports, checkImports } from "../../../host/src/abi/check.ts";
import { Kernel } from "../../../host/src/abi/kernel.ts";
import {
  EXTISM_NAMESPACE,
  HOST_FUNCTIONS,
  printAbi,
  type HostFunction,
} from "../../../host/src/abi/v1.ts";
import type { HookName } from "../../../host/src/contracts/hooks.ts";
import { inspectModule } from "../../../host/src/wasm/inspect.ts";
import { wat } from "../../support/wat.ts";

const SCHEMAS = new URL("../../../schemas/", import.meta.url);

test("schemas/abi-v1.json is fresh: node host/scripts/generate-abi.ts writes it", async () => {
  expect(await readFile(new URL("abi-v1.json", SCHEMAS), "utf8")).toBe(printAbi());
});

/** RFC 5234, appendix B. */
const CORE_RULES = ["ALPHA", "DIGIT", "DQUOTE", "HTAB", "LF", "OCTET", "SP", "VCHAR"];

test("every rule of frames.abnf that is named is defined, and none is defined twice", async () => {
  const grammar = (await readFile(new URL("frames.abnf", SCHEMAS), "utf8")).replace(
    /"[^"]*"|;.*$|%x[0-9A-F.-]+/gm,
    "",
  );
  const defined = [...grammar.matchAll(/^([a-z][a-z-]*) +=/gm)].map((match) => match[1]);
  const named = [...grammar.matchAll(/[A-Za-z][A-Za-z-]*/g)].map((match) => match[0]);
  expect(new Set(defined).size).toBe(defined.length);
  const known = new Set([...defined, ...CORE_RULES]);
  expect(named.filter((rule) => !known.has(rule))).toEqual([]);
});

function list(types: readonly string[], kind: string): string {
  return types.map((type) => `(${kind} ${type})`).join(" ");
}

function importOf({ namespace, name, params, results }: HostFunction): string {
  const type = `(func ${list(params, "param")} ${list(results, "result")})`;
  return `(import "${namespace}" "${name}" ${type})`;
}

const KERNEL_FUNCTIONS: Readonly<Record<string, unknown>> = { ...new Kernel().functions };
const IN_KERNEL = HOST_FUNCTIONS.filter(
  ({ namespace, name }) => namespace === EXTISM_NAMESPACE && KERNEL_FUNCTIONS[name] !== undefined,
);

test.each(IN_KERNEL)("the kernel exports $name with the type of the table", (known) => {
  const importer = new WebAssembly.Module(wat(`(module ${importOf(known)})`));
  const { functions } = new Kernel();
  expect(
    () => new WebAssembly.Instance(importer, { [EXTISM_NAMESPACE]: { ...functions } }),
  ).not.toThrow();
});

test("the kernel exports fifteen functions of the table", () => {
  expect(IN_KERNEL).toHaveLength(15);
});

const check = (imported: string) => () => {
  checkImports(inspectModule(wat(`(module ${imported})`)));
};

describe("an import", () => {
  test("that nobody has is told with all others that nobody has, up to twenty", () => {
    const unknown = (count: number): string =>
      Array.from({ length: count }, (_, at) => `(import "env" "f${at}" (func))`).join("");
    const messagesOf = (imported: string): string[] =>
      problemsOf(check(imported)).map(({ message }) => message.split(";")[0] ?? "");
    expect(messagesOf(`${unknown(2)} (import "extism:host/env" "alloc" (func))`)).toEqual([
      'import "env" "f0" is unknown',
      'import "env" "f1" is unknown',
      'import "extism:host/env" "alloc" is imported as () -> (), it is (i64) -> i64',
    ]);
    expect(messagesOf(unknown(23)).slice(19)).toEqual([
      'import "env" "f19" is unknown',
      "3 imports more are unknown",
    ]);
  });

  test("of everything the table offers without a capability is let through", () => {
    const all = HOST_FUNCTIONS.filter((known) => known.capability === undefined).map(importOf);
    expect(check(all.join("\n"))).not.toThrow();
  });

  test.each([
    [
      `(import "extism:host/env" "outputset" (func (param i64 i64)))`,
      `import "extism:host/env" "outputset" is unknown; did you mean "output_set"?`,
    ],
    [
      `(import "extism:host/env" "constructor" (func))`,
      `import "extism:host/env" "constructor" is unknown`,
    ],
    [
      `(import "extism:host/enf" "alloc" (func))`,
      `import "extism:host/enf" "alloc" is unknown; did you mean the module "extism:host/env"?`,
    ],
    [
      `(import "env" "memory" (memory 1))`,
      `import "env" "memory" is unknown; the modules of ABI 1 are "extism:host/env", "extism:host/user", "wasi_snapshot_preview1"`,
    ],
    [
      `(import "__proto__" "constructor" (func))`,
      `import "__proto__" "constructor" is unknown; the modules of ABI 1 are "extism:host/env", "extism:host/user", "wasi_snapshot_preview1"`,
    ],
    [
      `(import "extism:host/env" "alloc" (func (param i32) (result i32)))`,
      `import "extism:host/env" "alloc" is imported as (i32) -> i32, it is (i64) -> i64`,
    ],
    [
      `(import "extism:host/env" "free" (func (param i64) (result i32 i32)))`,
      `import "extism:host/env" "free" is imported as (i64) -> (i32, i32), it is (i64) -> ()`,
    ],
    [
      `(import "extism:host/env" "alloc" (global i32))`,
      `import "extism:host/env" "alloc" is imported as a global, it is a function`,
    ],
    [
      `(import "wasi_snapshot_preview1" "fd_writ" (func))`,
      `import "wasi_snapshot_preview1" "fd_writ" is unknown; did you mean "fd_write"?`,
    ],
    [
      String.raw`(import "evil\1b[31m" "name\0a" (func))`,
      String.raw`import "evil\u001b[31m" "name\u000a" is unknown; the modules of ABI 1 are "extism:host/env", "extism:host/user", "wasi_snapshot_preview1"`,
    ],
  ])("%s is refused", (imported, message) => {
    expect(check(imported)).toThrow(
      expect.objectContaining({ code: "plugin_import_unknown", message }),
    );
  });
});

const checkHooks =
  (body: string, ...hooks: readonly HookName[]) =>
  () => {
    const declared = Object.fromEntries(hooks.map((hook) => [hook, {}]));
    checkExports(inspectModule(wat(`(module ${body})`)), { hooks: declared });
  };

describe("a hook", () => {
  test("that is declared and exported as () -> i32 is fine, other exports do not matter", () => {
    const body = `(func (export "before_request") (result i32) (i32.const 0)) (func (export "other"))`;
    expect(checkHooks(body, "before_request")).not.toThrow();
  });

  test.each([
    [
      "not exported",
      `(func (export "other"))`,
      "the manifest declares the hook before_request, the module does not export it",
    ],
    [
      "exported under a similar name",
      `(func (export "beforeRequest"))`,
      `the manifest declares the hook before_request, the module does not export it; it exports "beforeRequest"`,
    ],
    [
      "of another type",
      `(func (export "before_request") (param i64) (result i64) (i64.const 0))`,
      "the export before_request is (i64) -> i64, a hook is () -> i32",
    ],
    [
      "no function",
      `(memory (export "before_request") 1)`,
      "the export before_request is a memory, a hook is () -> i32",
    ],
  ])("%s is refused", (_, body, message) => {
    expect(checkHooks(body, "before_request")).toThrow(
      expect.objectContaining({ code: "plugin_export_missing", message }),
    );
  });

  test("that is exported but not declared must have the type too: initialize is always called", () => {
    expect(checkHooks(`(func (export "initialize"))`)).toThrow(
      "the export initialize is () -> (), a hook is () -> i32",
    );
  });
});
