import { requireBlock } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";
import { quote } from "./json";
import { textToBlock } from "./transfer";
import { toWellFormed } from "./utf8";

/** Names and values that tell the series of one metric apart. At most 8. */
export type Labels = Map<string, string> | null;

const NAME_LENGTH_MAX: i32 = 64;

/**
 * Figures of the plugin's own among the host's metrics. Needs `capabilities: { metrics: {} }`. Names
 * are such as `reports_total`: lower case letters, digits, `_`.
 */
export namespace metrics {
  /** Adds to a counter, which only grows. */
  export function count(name: string, by: f64 = 1, labels: Labels = null): void {
    record("counter", name, by, labels);
  }

  /** Sets a figure that goes up and down. */
  export function gauge(name: string, value: f64, labels: Labels = null): void {
    record("gauge", name, value, labels);
  }

  /** Adds an observation to a histogram, such as a duration in seconds. */
  export function observe(name: string, value: f64, labels: Labels = null): void {
    record("histogram", name, value, labels);
  }
}

function record(kind: string, name: string, value: f64, labels: Labels): void {
  if (!isFinite(value)) {
    throw new RangeError(`the value of metric ${name} is a finite number, not ${value}`);
  }
  let sample = `${kind} ${checkName(name)} ${value}\n`;
  if (labels !== null) {
    const names = labels.keys();
    for (let i = 0, count = names.length; i < count; i++) {
      const label = names[i];
      sample += `${checkName(label)}: ${checkLabel(labels.get(label))}\n`;
    }
  }
  resultOf(host.metricRecord(requireBlock(textToBlock(sample))));
}

/** `[a-z][a-z0-9_]{0,63}` */
function checkName(name: string): string {
  let isSound = name.length > 0 && name.length <= NAME_LENGTH_MAX;
  for (let i = 0, length = name.length; isSound && i < length; i++) {
    const unit = name.charCodeAt(i);
    if (unit >= 0x61 && unit <= 0x7a) continue;
    isSound = i > 0 && ((unit >= 0x30 && unit <= 0x39) || unit == 0x5f);
  }
  if (isSound) return name;
  throw new TypeError(
    `${quote(name)} is no name of a metric or label: it does not match /^[a-z][a-z0-9_]{0,63}$/`,
  );
}

/** What would end a line of the frame, or is no text that a person could read, is refused. */
function checkLabel(text: string): string {
  for (let i = 0, length = text.length; i < length; i++) {
    const unit = text.charCodeAt(i);
    if ((unit >= 0x20 && unit < 0x7f) || unit > 0x9f) continue;
    throw new TypeError(`the label ${quote(toWellFormed(text))} has a control character`);
  }
  return text;
}
