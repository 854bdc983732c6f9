import { checkText } from "./runtime/arguments.ts";
import { callForNumber, findService } from "./runtime/service.ts";

/** Names and values that tell the series of one metric apart. At most 8. */
export type Labels = ReadonlyMap<string, string> | Readonly<Record<string, string>> | null;

/**
 * Figures of the plugin's own among the host's metrics. Needs `capabilities: { metrics: {} }`. Names
 * are such as `reports_total`: lower case letters, digits, `_`.
 */
export interface Metrics {
  /** Adds to a counter, which only grows. */
  count(name: string, by?: number, labels?: Labels): void;
  /** Sets a figure that goes up and down. */
  gauge(name: string, value: number, labels?: Labels): void;
  /** Adds an observation to a histogram, such as a duration in seconds. */
  observe(name: string, value: number, labels?: Labels): void;
}

const RECORD = findService("bw_metric_record");
const NAME = /^[a-z][a-z0-9_]{0,63}$/;
/** What would end a line of the frame, or is no text that a person could read. */
const CONTROL = /\p{Cc}/u;

export const metrics: Metrics = {
  count: (name, by = 1, labels = null) => record("counter", name, by, labels),
  gauge: (name, value, labels = null) => record("gauge", name, value, labels),
  observe: (name, value, labels = null) => record("histogram", name, value, labels),
};

function record(kind: string, name: string, value: number, labels: Labels): void {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw new RangeError(`the value of metric ${name} is a finite number, not ${String(value)}`);
  }
  let frame = `${kind} ${checkName(name)} ${value}\n`;
  for (const [label, text] of entriesOf(labels))
    frame += `${checkName(label)}: ${checkLabel(text)}\n`;
  callForNumber(RECORD, frame);
}

function entriesOf(labels: Labels): Iterable<readonly [string, string]> {
  if (labels === null) return [];
  return isMap(labels) ? labels : Object.entries(labels);
}

function isMap(labels: NonNullable<Labels>): labels is ReadonlyMap<string, string> {
  return labels instanceof Map;
}

function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new TypeError(
    `${JSON.stringify(name)} is no name of a metric or label: it does not match ${NAME}`,
  );
}

function checkLabel(text: string): string {
  const label = checkText("the value of a label", text);
  if (!CONTROL.test(label)) return label;
  throw new TypeError(`the label ${JSON.stringify(label)} has a control character`);
}
