import { Buffer } from "node:buffer";
import type { FrameParts } from "../../abi/exchange-frame.ts";
import type { Grants } from "../../contracts/capabilities.ts";
import type { HookName } from "../../contracts/hooks.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { VERSION } from "../../lib/version.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { resolveRights } from "../../plugins/grants.ts";
import type { BackworksError } from "../../lib/errors.ts";
import { limitsOfCall } from "../../sandbox/limits.ts";
import { printSaid } from "../../sandbox/trap.ts";
import type { TapeEvent } from "../../sandbox/recording/tape.ts";
import { REWRITER_VERSION } from "../../wasm/rewrite.ts";
import { ownLimits, type CallResult } from "../open-plugin.ts";
import { sealRecording, type RecordedOutcome, type Recording } from "./recording.ts";

/** A call that was made while somebody took notes. */
export interface NotedCall {
  readonly plugin: CheckedPlugin;
  /** The module, from the folder of the recording, with slashes. */
  readonly file: string;
  readonly hook: HookName;
  readonly input: FrameParts;
  readonly config: JsonObject;
  /** With which it was opened. */
  readonly grants: Grants;
  /** All that a `TapeRecorder` has noted since the plugin was opened. */
  readonly events: readonly TapeEvent[];
  readonly result: CallResult;
}

/** Writes a call down so that it can be replayed. */
export function recordCall(noted: NotedCall): Recording {
  const { plugin, file, hook, input, config, grants, events, result } = noted;
  const { manifest, sha256 } = plugin;
  const { name, version, capabilities } = manifest;
  const limits = ownLimits(manifest);
  const { timeMs } = limitsOfCall(limits, hook, input.body?.length ?? 0);
  return sealRecording({
    format: "backworks-recording",
    version: 1,
    host: { version: VERSION, rewriter: REWRITER_VERSION },
    plugin: { name, version, sha256, file },
    call: {
      hook,
      input: Buffer.concat([Buffer.from(input.head), input.body ?? new Uint8Array(0)]).toString(
        "base64",
      ),
      config,
      fuel: result.fuelLimit,
      timeMs,
      memoryPages: limits.memoryPagesMax,
      hasClock: resolveRights(name, capabilities, grants).clock,
    },
    events,
    outcome: outcomeOf(result),
  });
}

/** A limit is on the recording, where it was written is not. */
function withoutPlace({ message, details }: BackworksError): string {
  const { written } = details;
  return typeof written === "string" ? message.replace(printSaid(written), "") : message;
}

/** What a replay must come to again. */
export function outcomeOf({ output, error, record }: CallResult): RecordedOutcome {
  return {
    output: output === undefined ? null : Buffer.from(output).toString("base64"),
    // What the host makes of an output that did come is no part of the call.
    error:
      output !== undefined || error === undefined
        ? null
        : { code: error.code, message: withoutPlace(error) },
    fuel: record?.fuel ?? null,
  };
}
