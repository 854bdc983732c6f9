import { expect, test } from "vitest";
import { createGuest } from "../../../host/src/sandbox/guest.ts";
import { DEFAULT_LIMITS, type GuestLimits } from "../../../host/src/sandbox/limits.ts";
import { compileModule } from "../../../host/src/sandbox/compile.ts";
import { buildFiles, headOf, manifestOf, runPlugin } from "../../support/plugins.ts";
import { recordLogs } from "../../support/log-records.ts";
import { wat } from "../../support/wat.ts";
import { startWatProcess } from "../sandbox-process/support.ts";
import { failureOf } from "./stop-plugin.ts";

/** Grows by so many pages until there are no more, and then traps; after_response traps at once. */
const growing = (pages: number, first = 1): string => `(module
  (memory (export "memory") ${first})
  (func (export "before_request") (result i32)
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const ${pages})) (i32.const -1))))
    unreachable)
  (func (export "after_response") (result i32) unreachable))`;

const LIMITS: Partial<GuestLimits> = {
  memoryPagesMax: 64,
  memorySaid: "limits.memory in plugin.yaml",
};
const NOTHING = { head: "", body: undefined };

async function trapOf(
  text: string,
  hook: "before_request" | "after_response",
  limits: Partial<GuestLimits> = LIMITS,
): Promise<string> {
  const { memoryPagesMax = DEFAULT_LIMITS.memoryPagesMax } = limits;
  const module = await compileModule(wat(text), { memoryPagesMax });
  const { logger } = recordLogs("silent");
  const guest = await createGuest({ name: "test", module, config: {}, logger, limits });
  const { message } = await failureOf((async () => guest.call(hook, NOTHING, String))());
  return message;
}

test("a guest that traps when its memory is full is told so, with the limit and where it is written", async () => {
  expect(await trapOf(growing(1), "before_request")).toBe(
    "test: before_request trapped: unreachable in wasm-function[0]; it has 4MiB of memory, at most 4MiB (limits.memory in plugin.yaml)",
  );
});

test("so is one that wanted more at once than was left", async () => {
  expect(await trapOf(growing(8), "before_request")).toContain(
    "; it has 3648KiB of memory, at most 4MiB (limits.memory in plugin.yaml)",
  );
});

test("nothing is said of memory to a guest that has enough, or who could not have had any", async () => {
  const plain = "test: after_response trapped: unreachable in wasm-function[1]";
  expect(await trapOf(growing(1), "after_response")).toBe(plain);
  expect(await trapOf(growing(1, 48), "after_response")).toBe(plain);
  expect(await trapOf(growing(1), "after_response", { memoryPagesMax: 2 })).toBe(plain);
});

test("what tables take of the room is told apart", async () => {
  const text = `(module (table $t 1 funcref) (memory (export "memory") 1)
    (func (export "before_request") (result i32)
      (loop $more (br_if $more
        (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
      unreachable))`;
  expect(await trapOf(text, "before_request", { memoryPagesMax: 4 })).toMatch(
    /; it has 64KiB of memory and \d+KiB of tables, variables and blocks, at most 256KiB$/,
  );
});

test("a guest in a process of its own is told the same", async () => {
  using process = await startWatProcess(growing(1), { limits: LIMITS });
  const { message } = await failureOf(process.call("before_request"));
  expect(message).toContain("; it has 4MiB of memory, at most 4MiB (limits.memory in plugin.yaml)");
});

test("a fast plugin that runs out of memory is named by its author's function", async () => {
  const source = `import { Request } from "@backworks/pdk";
export function beforeRequest(request: Request): void {
  const kept: Uint8Array[] = [];
  while (true) kept.push(new Uint8Array(1000000));
}
`;
  const plugin = await runPlugin(
    await buildFiles({
      "plugin.yaml": manifestOf({ before_request: {} }, { target: "fast" }),
      "src/plugin.ts": source,
    }),
  );
  const { message } = await failureOf(plugin.call("before_request", headOf("GET /")));
  expect(message).toMatch(
    /^test-plugin: before_request trapped: unreachable in src\/plugin\/beforeRequest \(src\/plugin\.ts:2\); it has [\d.]+[MK]iB of memory, at most 16MiB$/,
  );
});
