import { Bench } from "tinybench";

/** One line of `bench-results.json`. */
export interface Measure {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly against: string;
  /** Ours divided by `against`, for the same work. */
  readonly ratio: number;
}

/** One way to do the work of a bench. */
export interface Contender {
  readonly name: string;
  /** Does the work so many times. */
  readonly repeat: (times: number) => unknown;
}

const ROUNDS = 15;
const BATCHES = 3;
const BATCH_MS = 15;
const WARM_UP_MS = 200;

/** What stands for the rounds of one contender. */
type Summary = (rounds: readonly number[]) => number;

/**
 * Nanoseconds for one piece of work, by contender, from rounds in which all take turns, so that
 * whatever slows the machine for a while slows all of them.
 */
export async function measureRounds(
  contenders: readonly Contender[],
  summary: Summary = median,
): Promise<ReadonlyMap<string, number>> {
  const prepared = [];
  for (const contender of contenders) {
    prepared.push({ contender, times: await calibrate(contender), rounds: [] as number[] });
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const { contender, times, rounds } of prepared) {
      rounds.push(((await batchMs(contender, times)) * 1e6) / times);
    }
  }
  return new Map(prepared.map(({ contender, rounds }) => [contender.name, summary(rounds)]));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** For work that is the same each time and waits for nothing: what is more is the machine's. */
export function fastest(values: readonly number[]): number {
  return Math.min(...values);
}

/** The first contender's time, against each of the others. */
export async function compare(
  what: { readonly bench: string; readonly metric: string },
  contenders: readonly Contender[],
  summary: Summary = median,
): Promise<Measure[]> {
  const times = await measureRounds(contenders, summary);
  const [ours, ...others] = [...times.values()];
  const [, ...names] = [...times.keys()];
  const value = ours ?? NaN;
  return names.map((against, index) => ({
    ...what,
    value,
    unit: "ns",
    against,
    ratio: value / (others[index] ?? NaN),
  }));
}

/** Warms up until the code is hot, then finds how often the work fits into a round. */
async function calibrate(contender: Contender): Promise<number> {
  let times = 1;
  let total = 0;
  for (;;) {
    const ms = await elapsedMs(contender, times);
    total += ms;
    if (ms >= BATCH_MS / 2 && total >= WARM_UP_MS) {
      return Math.max(1, Math.round((times * BATCH_MS) / ms));
    }
    if (ms < BATCH_MS) times *= 2;
  }
}

/** Median duration of a batch, by tinybench; a batch is long enough for its overhead not to count. */
async function batchMs({ name, repeat }: Contender, times: number): Promise<number> {
  const bench = new Bench({ iterations: BATCHES, time: 0, warmup: false, throws: true });
  const task = bench.add(name, () => repeat(times)).getTask(name);
  await bench.run();
  const result = task?.result;
  if (result?.state !== "completed") throw new Error(`${name} did not complete`);
  return result.latency.p50;
}

async function elapsedMs(contender: Contender, times: number): Promise<number> {
  const start = performance.now();
  await contender.repeat(times);
  return performance.now() - start;
}
