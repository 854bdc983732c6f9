import { createHash } from "node:crypto";
import { ownSchema } from "../../config/schemas.ts";
import { parsePointer, printPath } from "../../config/node.ts";
import type { HookName } from "../../contracts/hooks.ts";
import type { JsonObject } from "../../contracts/json.ts";
import { BackworksError, messageOf } from "../../lib/errors.ts";
import type { TapeEvent } from "../../sandbox/recording/tape.ts";

/** A recorded call (schemas/recording.schema.json). Bytes are Base64. */
export interface Recording extends RecordingContent {
  /** Of `printCanonical` of all the rest, in hex. */
  readonly sha256: string;
}

export interface RecordingContent {
  readonly format: "backworks-recording";
  readonly version: 1;
  /** What made it: another host may count fuel otherwise. */
  readonly host: { readonly version: string; readonly rewriter: number };
  readonly plugin: RecordedPlugin;
  readonly call: RecordedCall;
  readonly events: readonly TapeEvent[];
  readonly outcome: RecordedOutcome;
}

export interface RecordedPlugin {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
  /** From the folder of the recording, with slashes. */
  readonly file: string;
}

export interface RecordedCall {
  readonly hook: HookName;
  readonly input: string;
  readonly config: JsonObject;
  readonly fuel: number;
  readonly timeMs: number;
  readonly memoryPages: number;
  /** WASI's clock ran during the call. */
  readonly hasClock: boolean;
}

export interface RecordedOutcome {
  /** Null when it failed. */
  readonly output: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Null when the plugin did not start. */
  readonly fuel: number | null;
}

/** Adds the digest. */
export function sealRecording(content: RecordingContent): Recording {
  return { ...content, sha256: digestOf(content) };
}

/**
 * Reads a recording. Throws `recording_invalid`, and `recording_altered` when it is not as it was
 * written: damaged or edited. Whoever edits it on purpose can make the digest anew: it is no signature.
 */
export function readRecording(text: string, file: string): Recording {
  const value = parse(text, file);
  const [problem] = ownSchema("recording")(value);
  if (problem !== undefined) {
    const path = printPath(parsePointer(problem.pointer));
    throw invalid(file, `${path === "" ? "it" : path}: ${problem.message}`);
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has let it through
  const { sha256, ...content } = value as Recording;
  if (digestOf(content) !== sha256) {
    throw new BackworksError(
      "recording_altered",
      `${file} is not as it was recorded: its content has another SHA-256 than ${sha256}`,
    );
  }
  return { ...content, sha256 };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, messageOf(cause), cause);
  }
}

function invalid(file: string, reason: string, cause?: unknown): BackworksError {
  return new BackworksError("recording_invalid", `${file} is no recording: ${reason}`, { cause });
}

function digestOf(content: RecordingContent): string {
  return createHash("sha256").update(printCanonical(content)).digest("hex");
}

/** The one text of a JSON value: members by their names, no space (as RFC 8785 has it). */
function printCanonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printCanonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${printCanonical(member)}`);
  return `{${members.join(",")}}`;
}
