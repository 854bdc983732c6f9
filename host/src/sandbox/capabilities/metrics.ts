import type { MetricsGrant } from "../../contracts/capabilities.ts";
import { CapabilityError } from "./capability-error.ts";

export type MetricKind = "counter" | "gauge" | "histogram";

/** One figure as the guest reports it. */
export interface Sample {
  readonly kind: MetricKind;
  readonly name: string;
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly value: number;
}

/** One line of what a plugin has reported so far. */
export interface Series {
  readonly kind: MetricKind;
  readonly name: string;
  /** Sorted by name. */
  readonly labels: Sample["labels"];
  /** Sum of a counter or histogram, last value of a gauge. */
  readonly value: number;
  /** Samples of a histogram, and how many of them were at most each of `HISTOGRAM_BOUNDS`. */
  readonly count: number;
  readonly buckets: readonly number[];
}

/** Seconds, as is usual: from 5 ms to 10 s. */
export const HISTOGRAM_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Every name is one family in the exposition, whatever its labels. */
const NAMES_MAX = 100;
export const LABELS_MAX = 8;
const LABEL_LENGTH_MAX = 128;
/** Of a metric and of a label. */
export const METRIC_NAME: RegExp = /^[a-z][a-z0-9_]{0,63}$/;

/** A plugin's own label `plugin` gets it: with one that has it already there would be two of a name. */
export const EXPORTED_PREFIX = "exported_";
/** In an exposition a control character is at best unreadable. */
const LABEL_TEXT = /^\P{Cc}*$/u;

/** What stands for all series beyond the bound: the total stays right, the memory stays bounded. */
const OVERFLOW: Sample["labels"] = [["overflow", "true"]];

interface Cell {
  readonly sample: Sample;
  value: number;
  count: number;
  readonly buckets: number[];
}

/**
 * Figures of one plugin. A label with a user's name in it would make a series a user: beyond the
 * bound, samples of a name are counted together under the label overflow="true".
 */
export class PluginMetrics {
  readonly #grant: MetricsGrant;
  readonly #kinds = new Map<string, MetricKind>();
  readonly #cells = new Map<string, Cell>();
  #overflowed = 0;

  constructor(grant: MetricsGrant) {
    this.#grant = grant;
  }

  /** Samples that were counted under overflow="true". */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** Throws a `CapabilityError` for what is no sample; nothing is counted then. */
  record(sample: Sample): void {
    const { kind, name, labels, value } = sample;
    requireSound(sample);
    const known = this.#kinds.get(name);
    if (known !== undefined && known !== kind) {
      throw new CapabilityError("conflict", `the metric ${name} is a ${known}, not a ${kind}`);
    }
    if (known === undefined && this.#kinds.size >= NAMES_MAX) {
      throw new CapabilityError("quota", `more than ${NAMES_MAX} names of metrics`);
    }
    this.#kinds.set(name, kind);
    const cell = this.#cellOf({ ...sample, labels: labels.toSorted(byName) });
    cell.value = kind === "gauge" ? value : cell.value + value;
    cell.count++;
    if (kind !== "histogram") return;
    HISTOGRAM_BOUNDS.forEach((bound, index) => {
      if (value <= bound) cell.buckets[index] = (cell.buckets[index] ?? 0) + 1;
    });
  }

  snapshot(): Series[] {
    return [...this.#cells.values()].map(({ sample, value, count, buckets }) => {
      const { kind, name, labels } = sample;
      return { kind, name, labels, value, count, buckets: [...buckets] };
    });
  }

  #cellOf(sample: Sample): Cell {
    const found = this.#cells.get(keyOf(sample));
    if (found !== undefined) return found;
    if (this.#cells.size < this.#grant.seriesMax) return this.#add(sample);
    this.#overflowed++;
    const overflow = { ...sample, labels: OVERFLOW };
    // One more for each name, of which there are few.
    return this.#cells.get(keyOf(overflow)) ?? this.#add(overflow);
  }

  #add(sample: Sample): Cell {
    const buckets = sample.kind === "histogram" ? HISTOGRAM_BOUNDS.map(() => 0) : [];
    const cell: Cell = { sample, value: 0, count: 0, buckets };
    this.#cells.set(keyOf(sample), cell);
    return cell;
  }
}

function requireSound(sample: Sample): void {
  const reason = findFlaw(sample);
  if (reason !== undefined) throw new CapabilityError("invalid", `malformed metric: ${reason}`);
}

function findFlaw({ kind, name, labels, value }: Sample): string | undefined {
  if (!METRIC_NAME.test(name)) return "expected a name such as reports_total";
  if (!Number.isFinite(value)) return "expected a finite number";
  if (kind === "counter" && value < 0) return "a counter only grows";
  const names = new Set(labels.map(([label]) => label));
  if (labels.length > LABELS_MAX || names.size < labels.length) {
    return `expected at most ${LABELS_MAX} different labels`;
  }
  const isSound = labels.every(
    ([label, text]) =>
      METRIC_NAME.test(label) &&
      !label.startsWith(EXPORTED_PREFIX) &&
      text.length <= LABEL_LENGTH_MAX &&
      LABEL_TEXT.test(text),
  );
  if (isSound) return undefined;
  return `expected labels such as station with at most ${LABEL_LENGTH_MAX} characters, none of them a control character`;
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : Number(a > b);
}

function keyOf({ name, labels }: Sample): string {
  return JSON.stringify([name, labels]);
}
