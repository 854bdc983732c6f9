import { requireBlock } from "./blocks";
import { resultOf } from "./fault";
import * as host from "./host";
import { quote } from "./json";
import { textToBlock } from "./transfer";

/** Figures of the plugin's own, on the host's `/metrics`. Needs `capabilities: { metrics: {} }`. */
export namespace metrics {
  /** Adds to a counter. */
  export function count(
    name: string,
    by: f64 = 1,
    labels: Map<string, string> | null = null,
  ): void {
    record("counter", name, by, labels);
  }

  /** Sets a gauge. */
  export function gauge(name: string, value: f64, labels: Map<string, string> | null = null): void {
    record("gauge", name, value, labels);
  }

  /** Adds a sample to a histogram; durations are in seconds. */
  export function observe(
    name: string,
    value: f64,
    labels: Map<string, string> | null = null,
  ): void {
    record("histogram", name, value, labels);
  }

  function record(
    kind: string,
    name: string,
    value: f64,
    labels: Map<string, string> | null,
  ): void {
    let sample = `${kind} ${oneLine(name)} ${value}\n`;
    if (labels !== null) {
      const names = labels.keys();
      for (let i = 0, count = names.length; i < count; i++) {
        const label = names[i];
        sample += `${oneLine(label)}: ${oneLine(labels.get(label))}\n`;
      }
    }
    resultOf(host.metricRecord(requireBlock(textToBlock(sample))));
  }

  function oneLine(text: string): string {
    if (text.includes("\n")) throw new TypeError(`${quote(text)} is no name or label of a metric`);
    return text;
  }
}
