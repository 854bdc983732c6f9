import { describe, expect, test } from "vitest";
import { createPlugin } from "@extism/extism";
import type { HookName } from "../../host/src/contracts/hooks.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import {
  type ExtismRuntime,
  type ExtismSetup,
  failed,
  halfWords,
  type Outcome,
  output,
  startOnBackworks,
  startOnSdk,
  trapped,
  words,
} from "../support/extism-differential.ts";
import { readGuest } from "../support/guests.ts";

type Logs = readonly (readonly [level: string, text: string])[];

/** Where we are not as the SDK is, on purpose: both are held to what is written here. */
interface Difference {
  readonly says: string;
  readonly guest: string;
  /** One instance gets them all; the last one's outcome counts. */
  readonly calls: readonly (readonly [hook: HookName, input?: string])[];
  readonly setup?: ExtismSetup;
  readonly ours: Outcome;
  readonly sdks: Outcome;
  readonly logs?: { readonly ours: Logs; readonly sdks: Logs };
}

const BOUNDS: readonly Difference[] = [
  {
    says: "a store to a freed block traps; the SDK drops it, and calls address 0 a block of a byte",
    guest: "extism-blocks",
    calls: [["health_check"]],
    ours: trapped("store outside of live kernel memory"),
    sdks: words(1, 0, 9),
  },
  {
    says: "a load beyond the input traps; the SDK throws, which a guest can catch",
    guest: "beyond-input",
    calls: [["before_request", "short"]],
    ours: trapped("load beyond the end of the input"),
    sdks: trapped("Offset is outside the bounds of the DataView"),
  },
  {
    says: "a part of a block is an output; the SDK takes the whole block",
    guest: "extism-output",
    calls: [["after_response"]],
    ours: output("cde"),
    sdks: output("abcdefgh"),
  },
  {
    says: "an output may be freed, as the Go PDK does; the SDK loses it",
    guest: "extism-output",
    calls: [["health_check"]],
    ours: output("abcdefgh"),
    sdks: output(""),
  },
];

const ENDS: readonly Difference[] = [
  {
    says: "the status says whether a call failed; for the SDK it is the error that says so",
    guest: "extism-errors",
    calls: [["after_response", "input"]],
    ours: output("in"),
    sdks: failed("input"),
  },
  {
    says: "a failure needs no reason; the SDK does not look at the status",
    guest: "extism-errors",
    calls: [["health_check"]],
    ours: failed("it gave no reason (error_set)"),
    sdks: output(""),
  },
  {
    says: "a reason cannot forge a line of the log; the SDK hands it on as it is",
    guest: "extism-errors",
    calls: [["before_request", "no\nluck"]],
    ours: failed("no\n    luck"),
    sdks: failed("no\nluck"),
  },
  {
    says: "an instance that trapped is not called again; the SDK goes on with it",
    guest: "extism-traps",
    calls: [["before_request"], ["health_check"]],
    ours: output("\0"),
    sdks: output("\x01"),
  },
];

const STATE: readonly Difference[] = [
  {
    says: "a variable ends with its call; the SDK keeps it, and another request would see it",
    guest: "extism-variables",
    calls: [
      ["process_endpoint", "kept"],
      ["after_response", "v"],
    ],
    ours: output("(absent)"),
    sdks: output("kept"),
  },
  {
    says: "constructor is no key of the configuration; the SDK reaches Object.prototype and throws",
    guest: "extism-config",
    calls: [["before_request", "constructor"]],
    ours: output("(absent)"),
    sdks: trapped("Cannot convert function Object() { [native code] } to a BigInt"),
  },
  {
    says: "initialize is called with the configuration; the SDK calls it never",
    guest: "config",
    calls: [["process_endpoint"]],
    setup: { config: { a: "b" } },
    ours: output('{"a":"b"}'),
    // The guest does not look whether the variable is absent, and address 0 is a block here.
    sdks: output("\0"),
  },
  {
    says: "a log record is one line; the SDK hands a text on as it is",
    guest: "extism-log",
    calls: [["process_endpoint", "a\nb\u001b[31m"]],
    setup: { logLevel: "info" },
    ours: words(0),
    sdks: words(0),
    logs: { ours: [["info", "a\n    b\\u001b[31m"]], sdks: [["info", "a\nb\u001b[31m"]] },
  },
  {
    says: "a log of no block is an empty record; the SDK logs that it is bad",
    guest: "extism-log",
    calls: [["after_response"]],
    setup: { logLevel: "info" },
    ours: output(""),
    sdks: output(""),
    logs: {
      ours: [["info", ""]],
      sdks: [
        [
          "error",
          `failed to log(info): bad block reference in addr 0x${"7".padStart(52, "0")}${"0".repeat(12)}`,
        ],
      ],
    },
  },
  {
    says: "stdout is no file; Node's WASI describes it",
    guest: "extism-wasi",
    calls: [["health_check"]],
    ours: halfWords(8, 0, 0, 0, 0, 0, 0, 0),
    sdks: halfWords(0, 0, 0, 0, 0, 0, 0, 0),
  },
];

async function run(runtime: ExtismRuntime, { calls }: Difference): Promise<Outcome | undefined> {
  let last: Outcome | undefined;
  for (const [hook, input] of calls) last = await runtime.call(hook, input);
  return last;
}

describe("on purpose", () => {
  test.each([...BOUNDS, ...ENDS, ...STATE])("$says", async (difference) => {
    const { guest, setup, logs } = difference;
    const bytes = await readGuest(guest);
    await using ours = await startOnBackworks(bytes, setup);
    await using sdks = await startOnSdk(bytes, setup);
    expect(await run(ours, difference)).toEqual(difference.ours);
    expect(await run(sdks, difference)).toEqual(difference.sdks);
    expect(ours.logs).toEqual(logs?.ours ?? []);
    expect(sdks.logs).toEqual(logs?.sdks ?? []);
  });

  test("a plugin is one module: an import of another one is refused by name; the SDK links it", async () => {
    const main = await readGuest("extism-links");
    await expect(compileModule(main)).rejects.toMatchObject({
      code: "plugin_import_unknown",
      message:
        'import "math" "double" is unknown; the modules of ABI 1 are "extism:host/env", "extism:host/user", "wasi_snapshot_preview1"',
      details: { module: "math", name: "double" },
    });
    const math = { name: "math", data: await readGuest("extism-links-math") };
    const plugin = await createPlugin({ wasm: [math, { name: "main", data: main }] });
    const answer = await plugin.call("process_endpoint", "linked");
    expect([...(answer?.bytes() ?? [])]).toEqual([12, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("what PDKs count on", () => {
  test.each([
    [
      "a value outlives the block of its key, which PDKs free once more",
      "extism-config",
      "process_endpoint",
    ],
    ["var_set leaves the block of the key to the guest", "extism-variables", "health_check"],
  ] as const)("%s", async (_, guest, hook) => {
    const bytes = await readGuest(guest);
    const setup = { config: { key: "key" } };
    await using ours = await startOnBackworks(bytes, setup);
    await using sdks = await startOnSdk(bytes, setup);
    expect(await sdks.call(hook, "key")).toEqual(output("key"));
    expect(await ours.call(hook, "key")).toEqual(output("key"));
  });
});
