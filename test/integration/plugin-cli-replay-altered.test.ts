import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { buildFiles } from "../support/plugins.ts";
import { inFolder, RECORD, TOLD_PLUGIN, TOLD_SOURCE } from "../support/recordings.ts";
import type { CommandResult } from "../support/terminal.ts";

describe("what was done to a recording", () => {
  let module: Uint8Array;

  beforeAll(async () => {
    const files = { "plugin.yaml": JSON.stringify(TOLD_PLUGIN), "src/plugin.ts": TOLD_SOURCE };
    module = (await buildFiles(files)).bytes;
  });

  /** Records a call, changes the file and replays it. */
  const tamper = async (change: (text: string) => string): Promise<CommandResult> =>
    inFolder({ "p.wasm": module }, async (run, path) => {
      await run(...RECORD);
      const text = await readFile(path("call.json"), "utf8");
      await writeFile(path("call.json"), change(text));
      return run("replay", "call.json");
    });

  const edit = (change: (recording: Recorded) => void) => (text: string) => {
    const recording: Recorded = JSON.parse(text);
    change(recording);
    return JSON.stringify(recording);
  };

  test("other spaces and another order make no difference", async () => {
    const { exit } = await tamper((text) =>
      JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).toReversed())),
    );
    expect(exit).toBe(0);
  });

  test.each<[string, (recording: Recorded) => void]>([
    ["the fuel", ({ outcome }) => void (outcome.fuel = 1)],
    ["the output", ({ outcome }) => void (outcome.output = "")],
    ["the input", ({ call }) => void (call.input = "")],
    ["an answer", ({ events }) => void events.pop()],
    ["the configuration", ({ call }) => void (call.config = { a: 1 })],
  ])("a change of %s is refused", async (_, change) => {
    const { exit, err } = await tamper(edit(change));

    expect(exit).toBe(1);
    expect(err).toContain("recording_altered");
    expect(err).toContain("call.json is not as it was recorded");
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ["no JSON", (text) => text.slice(1), /call\.json is no recording: .*JSON/],
    ["another version", edit((it) => void (it.version = 2)), /version: expected 1/],
    ["a key too many", edit((it) => void (it.more = 1)), /more/],
    ["no events", edit((it) => void Reflect.deleteProperty(it, "events")), /events/],
    [
      "a store of nothing",
      edit(({ events }) => {
        events.push({
          kind: "call",
          name: "bw_error",
          parameters: [],
          blocks: [{ kind: "store", address: "8", bytes: null }],
          answer: { kind: "returned", value: "8" },
        });
      }),
      /events/,
    ],
  ])("%s is no recording", async (_, change, message) => {
    const { exit, err } = await tamper(change);

    expect(exit).toBe(1);
    expect(err).toContain("recording_invalid");
    expect(err).toMatch(message);
  });

  /** What somebody can do who knows how: the digest is no signature. */
  const forge = (change: (recording: Recorded) => void) => (text: string) => {
    const { sha256: _, ...recording }: Recorded = JSON.parse(text);
    change(recording);
    const digest = createHash("sha256").update(canonical(recording)).digest("hex");
    return JSON.stringify({ ...recording, sha256: digest });
  };

  test.each<[string, (recording: Recorded) => void, RegExp]>([
    [
      "other fuel",
      ({ outcome }) => void (outcome.fuel = 1),
      /the call took 1 units of fuel; this time it took \d+/,
    ],
    [
      "another output",
      ({ outcome }) => void (outcome.output = "IQ=="),
      /the output of 1 bytes has \d+ this time, and differs from byte 1 on/,
    ],
    [
      "a failure",
      ({ outcome }) => void (outcome.error = { code: "guest_failed", message: "so" }),
      /the call failed with guest_failed: so; this time it ended well/,
    ],
    [
      "an answer less",
      ({ events }) => void events.pop(),
      /event \d+ of the recording is the end of the call; this time it was bw_clock_monotonic\(\)/,
    ],
    [
      "an answer more",
      ({ events }) => void events.push({ kind: "random", bytes: "AAAA" }),
      /is 3 random bytes; this time it was the end of the call/,
    ],
    [
      "another order",
      ({ events }) => void events.splice(0, events.length, ...events.toReversed()),
      /event 1 of the recording is bw_clock_monotonic\(\); this time it was /,
    ],
    [
      "another input",
      ({ call }) => void (call.input = btoa(atob(call.input).replace("station", "Station"))),
      /is bw_kv_set\("text", "station", 0\); this time it was bw_kv_set with "Station"/,
    ],
    [
      "an output that was ended by the clock",
      ({ outcome }) => void (outcome.error = { code: "guest_timed_out", message: "slow" }),
      /the call was ended by the clock/,
    ],
  ])("%s is found although the digest is right", async (_, change, message) => {
    const { exit, out } = await tamper(forge(change));

    expect(out).toMatch(message);
    expect(exit).toBe(1);
  });
});

interface Recorded extends Record<string, unknown> {
  call: { input: string; config: unknown };
  outcome: { fuel: number; output: string | null; error: unknown };
  events: unknown[];
  sha256?: string;
}

/** RFC 8785, as far as a recording needs it, written down a second time. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
