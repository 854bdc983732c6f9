import { CapabilityError } from "./capability-error.ts";
import { LABELS_MAX, type MetricKind, type Sample } from "./metrics.ts";

/** A name, and labels with values of 128 characters each: all that a sample can be fits. */
export const SAMPLE_BYTES_MAX = 8192;

const KINDS: ReadonlySet<string> = new Set<MetricKind>(["counter", "gauge", "histogram"]);
const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Reads `KIND name value`, and below it lines `label: value`. */
export function readSample(text: string): Sample {
  // One too many is enough to see that there are too many.
  const [first = "", ...lines] = text.replace(/\n$/, "").split("\n", LABELS_MAX + 2);
  const [kind = "", name = "", value = "", rest] = first.split(" ");
  if (!isKind(kind) || !NUMBER.test(value) || rest !== undefined) {
    throw invalid('line 1: expected "counter name 1", "gauge name 1" or "histogram name 1"');
  }
  const labels = lines.map((line, index): [string, string] => {
    const colon = line.indexOf(": ");
    if (colon === -1) throw invalid(`line ${index + 2}: expected "label: value"`);
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { kind, name, labels, value: Number(value) };
}

function isKind(text: string): text is MetricKind {
  return KINDS.has(text);
}

function invalid(reason: string): CapabilityError {
  return new CapabilityError("invalid", `malformed metric: ${reason}`);
}
