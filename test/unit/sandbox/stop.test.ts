import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../host/src/contracts/json.ts";
import { NO_RIGHTS } from "../../../host/src/contracts/capabilities.ts";
import { systemClock } from "../../../host/src/lib/clock.ts";
import { createServices } from "../../../host/src/sandbox/capabilities/services.ts";
import { buildFiles, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";
import { customSection, withoutSection } from "../../support/sections.ts";
import { wat } from "../../support/wat.ts";
import { startBytes, type TestProcess } from "../sandbox-process/support.ts";
import { start } from "./support.ts";

const TAF = `export function parseTaf(text: string): number {
  let sum = 0;
  for (;;) {
    sum += text.split(" ").length;
  }
}

export class Reader {
  at = 0;
  read(text: string): void {
    while (this.at >= 0) {
      this.at = text.indexOf("b", this.at) % 1;
    }
  }
}

export const arrow = (text: string): void => {
  for (;;) text.trim();
};

export function tight(): void {
  Math.abs(1);
  for (;;);
}

export function matches(): boolean {
  return /^(a+)+$/.test("a".repeat(40) + "!");
}

export function parses(): unknown {
  return JSON.parse("[" + "1,".repeat(2_000_000) + "1]");
}

export function sorts(): void {
  const list = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1009);
  list.sort((a, b) => {
    for (;;) Math.max(a, b);
  });
}

export async function later(): Promise<void> {
  await null;
  for (;;) {
    await null;
    for (let i = 0; i < 1000; i++) Math.abs(i);
  }
}

export function* numbers(): Generator<number> {
  for (let i = 0; ; i++) {
    yield Math.abs(i);
  }
}

export function deep(n: number): number {
  return 1 + deep(n + 1);
}
`;

const PLUGIN = `import type { Request } from "@backworks/pdk";
import * as taf from "./taf.ts";

export function beforeRequest(request: Request): void | Promise<void> {
  const mode = request.header("x-mode");
  if (mode === "named") taf.parseTaf("a b");
  if (mode === "method") new taf.Reader().read("abc");
  if (mode === "arrow") taf.arrow(" a ");
  if (mode === "tight") taf.tight();
  if (mode === "regex") taf.matches();
  if (mode === "json") taf.parses();
  if (mode === "sort") taf.sorts();
  if (mode === "async") return taf.later();
  if (mode === "generator") for (const n of taf.numbers()) mode.at(n);
  if (mode === "kit") for (;;) request.header("x-mode");
  if (mode === "deep") taf.deep(0);
  if (mode === "renamed") {
    Object.defineProperty(taf.parseTaf, "name", { value: "x" });
    const named = { ["a\\n\\u001b[31m" + mode]: () => { for (;;) mode.at(0); } };
    Object.values(named)[0]?.();
  }
}
`;

const FILES = {
  "plugin.yaml": manifestOf({ before_request: { reads: { headers: ["x-mode"] } } }),
  "src/plugin.ts": PLUGIN,
  "src/taf.ts": TAF,
};

const FUEL = { call: { fuel: 3_000_000, timeMs: 60_000 } };

/** What a call fails with. */
async function failureOf(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; details: JsonObject }> {
  const failed = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the test compares what it is
  return failed as { code: string; message: string; details: JsonObject };
}

const headFor = (mode: string): string => headOf("GET /", [`x-mode: ${mode}`]);

describe("a call of a TypeScript plugin that runs out of fuel names the author's function", () => {
  test.each([
    ["named", "parseTaf", "src/taf.ts", 4],
    ["method", "read", "src/taf.ts", 12],
    ["arrow", "arrow", "src/taf.ts", 18],
    // Of what cannot throw, the engine notes no place: what it did last is the nearest.
    ["tight", "tight", "src/taf.ts", 22],
    ["regex", "matches", "src/taf.ts", 27],
    ["json", "parses", "src/taf.ts", 31],
    ["sort", "<anonymous>", "src/taf.ts", 37],
    ["async", "later", "src/taf.ts", 45],
    ["generator", "beforeRequest", "src/plugin.ts", 14],
    ["kit", "beforeRequest", "src/plugin.ts", 15],
  ])("%s: %s", async (mode, name, file, line) => {
    const plugin = await runPlugin(await buildFiles(FILES), { limits: FUEL });
    const failed = await failureOf(plugin.call("before_request", headFor(mode)));
    expect(failed.message).toBe(
      `test-plugin: before_request needs more than its 3000000 units of fuel: stopped in ${name} (${file}:${line})`,
    );
    expect(failed).toMatchObject({
      code: "guest_fuel_exhausted",
      details: { function: name, file, line, limit: 3_000_000 },
    });
  });

  test("and nothing that its name could do to a log", async () => {
    const plugin = await runPlugin(await buildFiles(FILES), { limits: FUEL });
    const failed = await failureOf(plugin.call("before_request", headFor("renamed")));
    expect(failed.message).toContain("stopped in a\\u000a\\u001b[31mrenamed (src/plugin.ts:");
  });

  test("with secrets in names masked", async () => {
    const { bytes } = await buildFiles(FILES);
    const guest = await start("test", bytes, {
      limits: FUEL,
      services: { bind: () => ({ functions: {}, begin: () => undefined }), redact: () => "***" },
    });
    const input = { head: headFor("named"), body: undefined };
    const failed = await failureOf((async () => guest.call("before_request", input, String))());
    expect(failed.message).toContain("stopped in *** (src/taf.ts:4)");
  });
});

test("a call of a TypeScript plugin that runs out of time names the author's function", async () => {
  const limits = { call: { fuel: 1e12, timeMs: 30 } };
  const plugin = await runPlugin(await buildFiles(FILES), { limits });
  const failed = await failureOf(plugin.call("before_request", headFor("arrow")));
  expect(failed).toMatchObject({
    code: "guest_timed_out",
    message:
      "test-plugin: before_request takes longer than 30 ms: stopped in arrow (src/taf.ts:18)",
    details: { function: "arrow", file: "src/taf.ts", line: 18 },
  });
});

test("a call that waits for the host when its time is over names who asked", async () => {
  const built = await buildFiles({
    "plugin.yaml": manifestOf({ before_request: {} }, { capabilities: { plugins: ["other"] } }),
    "src/plugin.ts": `import { plugins } from "@backworks/pdk";
function askOther(): string {
  return plugins.call("other", "");
}
export function beforeRequest(): void {
  askOther();
}`,
  });
  const never = new Promise<never>(() => undefined);
  const services = createServices(
    { ...NO_RIGHTS, plugins: ["other"] },
    {
      store: () => {
        throw new Error("nothing is kept");
      },
      clock: systemClock,
      fillRandom: () => undefined,
      findCallee: () => async () => never,
    },
  );
  const limits = { call: { fuel: 1e8, timeMs: 30 } };
  const plugin = await runPlugin(built, { limits, services });
  const failed = await failureOf(plugin.call("before_request", headOf("GET /")));
  expect(failed.message).toBe(
    "test-plugin: before_request takes longer than 30 ms: stopped in askOther (src/plugin.ts:3)",
  );
});

test("recursion without an end is the engine's own error, with the author's frames", async () => {
  const plugin = await runPlugin(await buildFiles(FILES));
  const failed = await failureOf(plugin.call("before_request", headFor("deep")));
  expect(failed.code).toBe("guest_failed");
  expect(failed.message).toContain("at deep (src/taf.ts:56:");
});

describe("in a process of its own", () => {
  let process: TestProcess;
  beforeAll(async () => {
    const { bytes } = await buildFiles(FILES);
    process = await startBytes(bytes, { limits: FUEL });
  });
  afterAll(() => process[Symbol.dispose]());

  test("the error says the same", async () => {
    const failed = await failureOf(process.call("before_request", headFor("named")));
    expect(failed).toMatchObject({
      code: "guest_fuel_exhausted",
      message:
        "test: before_request needs more than its 3000000 units of fuel: stopped in parseTaf (src/taf.ts:4)",
      details: { function: "parseTaf", file: "src/taf.ts", line: 4 },
    });
  });
});

describe("what a module says of itself is believed as far as it fits", () => {
  const altered = async (
    change: (bytes: Uint8Array) => Uint8Array,
  ): Promise<{ message: string; details: JsonObject }> => {
    const { bytes } = await buildFiles(FILES);
    const plugin = await runPlugin({ bytes: change(bytes) }, { limits: FUEL });
    return failureOf(plugin.call("before_request", headFor("named")));
  };
  const engineAs =
    (text: string) =>
    (bytes: Uint8Array): Uint8Array =>
      customSection(withoutSection(bytes, "backworks:engine"), "backworks:engine", text);

  test("without the section the error names the engine's function", async () => {
    const failed = await altered((bytes) => withoutSection(bytes, "backworks:engine"));
    expect(failed.message).toMatch(/: stopped in wasm-function\[\d+\]$/);
    expect(failed.details).not.toHaveProperty("file");
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "null"],
    ["another layout", '{"layout":"quickjs-2","context":1205392,"frame":1168100}'],
    ["no addresses", '{"layout":"quickjs-ng-0.17-wasm32"}'],
    ["addresses that are none", '{"layout":"quickjs-ng-0.17-wasm32","context":-1,"frame":1e300}'],
    ["addresses outside", '{"layout":"quickjs-ng-0.17-wasm32","context":8,"frame":4294967295}'],
    ["too much", `{"layout":"quickjs-ng-0.17-wasm32","context":8,"frame":8${" ".repeat(1024)}}`],
  ])("a section with %s is as good as none", async (_, text) => {
    const failed = await altered(engineAs(text));
    expect(failed.message).toMatch(/: stopped in wasm-function\[\d+\]$/);
  });

  test("two sections say nothing", async () => {
    const failed = await altered((bytes) => customSection(bytes, "backworks:engine", "{}"));
    expect(failed.message).toMatch(/: stopped in wasm-function\[\d+\]$/);
  });

  test.each([
    ["none", undefined],
    ["one that is no table", "[]"],
  ])("with %s for sources the place is that in the bundle", async (_, sources) => {
    const failed = await altered((bytes) => {
      const without = withoutSection(bytes, "backworks:sources");
      return sources === undefined ? without : customSection(without, "backworks:sources", sources);
    });
    expect(failed.message).toMatch(/: stopped in parseTaf \(plugin\.js:\d+\)$/);
  });

  test("a table that knows nothing of the author's leaves what is the kit's", async () => {
    const failed = await altered((bytes) =>
      customSection(
        withoutSection(bytes, "backworks:sources"),
        "backworks:sources",
        '{"sources":[],"lines":[]}',
      ),
    );
    expect(failed.message).toMatch(/: stopped in parseTaf \(@backworks\/pdk\)$/);
  });

  test("a function of a compiled module stands where its table says", async () => {
    const bytes = customSection(
      wat('(module (func $spin (export "before_request") (result i32) (loop (br 0)) i32.const 0))'),
      "backworks:sources",
      '{"sources":["src/a\\u001b.ts"],"functions":{"spin":"0,12"}}',
    );
    const guest = await start("test", bytes, { limits: FUEL });
    const input = { head: "", body: undefined };
    const failed = await failureOf((async () => guest.call("before_request", input, String))());
    expect(failed.message).toContain("stopped in spin (src/a\\u001b.ts:12)");
    expect(failed.details).toMatchObject({ function: "spin", line: 12 });
  });
});
