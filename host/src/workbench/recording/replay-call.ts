import { Buffer } from "node:buffer";
import { NO_GRANTS } from "../../contracts/capabilities.ts";
import { BackworksError } from "../../lib/errors.ts";
import { VERSION } from "../../lib/version.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { TapePlayer } from "../../sandbox/recording/tape-player.ts";
import { REWRITER_VERSION } from "../../wasm/rewrite.ts";
import { openPlugin, type CallResult } from "../open-plugin.ts";
import { outcomeOf } from "./record-call.ts";
import type { RecordedOutcome, Recording } from "./recording.ts";

export interface Replay {
  readonly result: CallResult;
  /** The first thing that was not as it was recorded, as a sentence; undefined when all was. */
  readonly difference: string | undefined;
}

/**
 * Makes a recorded call again, with the recorded answers and no right to anything. Throws
 * `recording_plugin_differs` for another module.
 */
export async function replayCall(recording: Recording, plugin: CheckedPlugin): Promise<Replay> {
  const { call, events } = recording;
  requireSame(recording, plugin);
  const tape = new TapePlayer(events);
  using opened = openPlugin(plugin, {
    config: call.config,
    grants: NO_GRANTS,
    hasClock: call.hasClock,
    limits: {
      call: { fuel: call.fuel, timeMs: call.timeMs },
      hooks: {},
      memoryPagesMax: call.memoryPages,
    },
    tape,
  });
  const input = { head: "", body: Buffer.from(call.input, "base64") };
  const result = await opened.call(call.hook, input, { fuel: call.fuel });
  return { result, difference: findDifference(recording, result, tape) };
}

function requireSame({ plugin: recorded }: Recording, { manifest, sha256 }: CheckedPlugin): void {
  if (sha256 === recorded.sha256) return;
  throw new BackworksError(
    "recording_plugin_differs",
    `${recorded.name} ${recorded.version} with SHA-256 ${recorded.sha256} was recorded, this is ${manifest.name} ${manifest.version} with ${sha256}`,
  );
}

function findDifference(
  recording: Recording,
  result: CallResult,
  { divergence }: TapePlayer,
): string | undefined {
  const { outcome } = recording;
  if (divergence !== undefined) {
    const { event, recorded, found } = divergence;
    return `event ${event + 1} of the recording is ${recorded}; this time it was ${found}`;
  }
  const found = outcomeOf(result);
  const difference = compareErrors(outcome, found) ?? compareOutputs(outcome, found);
  if (difference !== undefined) return difference;
  if (found.fuel === outcome.fuel) return undefined;
  return `the call took ${outcome.fuel} units of fuel; this time it took ${found.fuel}${reasonFor(recording)}`;
}

function compareErrors(recorded: RecordedOutcome, found: RecordedOutcome): string | undefined {
  if (recorded.error?.code === "guest_timed_out" && found.error?.code !== "guest_timed_out") {
    return "the call was ended by the clock, which runs otherwise each time: no replay comes to the same";
  }
  const [before, now] = [tellEnd(recorded), tellEnd(found)];
  return before === now ? undefined : `the call ${before}; this time it ${now}`;
}

function tellEnd({ error }: RecordedOutcome): string {
  return error === null ? "ended well" : `failed with ${error.code}: ${error.message}`;
}

function compareOutputs(recorded: RecordedOutcome, found: RecordedOutcome): string | undefined {
  if (recorded.output === found.output) return undefined;
  const [before, now] = [recorded, found].map(({ output }) => Buffer.from(output ?? "", "base64"));
  if (before === undefined || now === undefined) return undefined;
  let same = 0;
  while (same < before.length && before[same] === now[same]) same++;
  return `the output of ${before.length} bytes has ${now.length} this time, and differs from byte ${same} on`;
}

/** Why the same call may cost something else. */
function reasonFor({ host }: Recording): string {
  if (host.version === VERSION && host.rewriter === REWRITER_VERSION) return "";
  return `: it was recorded by host ${host.version} (rewriter ${host.rewriter}), this is ${VERSION} (rewriter ${REWRITER_VERSION})`;
}
