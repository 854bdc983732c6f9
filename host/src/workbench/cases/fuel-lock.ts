import { writeFile } from "node:fs/promises";
import { readConfigFile } from "../../config/file.ts";
import { BackworksError, messageOf } from "../../lib/errors.ts";
import type { CaseResult } from "./run-case.ts";

/** Fuel is the same on every machine: what differs is the plugin, or what it was built with. */
export const GROWTH_MAX = 0.05;

/** By name: of hooks, or of functions. */
export type FuelByName = Readonly<Record<string, number>>;

export interface LockedCase {
  readonly hooks: FuelByName;
  /** The dearest ones, by what they took themselves. */
  readonly functions: FuelByName;
}

/** By name of the case. */
export type LockedCases = Readonly<Record<string, LockedCase>>;

/** `fuel.lock.json`: what the cases took when somebody last accepted it, by target. */
export interface FuelLock {
  readonly version: 1;
  readonly targets: Readonly<Record<string, LockedCases>>;
}

/** A hook that takes another amount of fuel in a case than was accepted. */
export interface FuelChange {
  readonly caseName: string;
  readonly hook: string;
  readonly before: number;
  readonly now: number;
}

/** Undefined when there is none. Throws `test_invalid` for a file that is none. */
export async function readFuelLock(file: string): Promise<FuelLock | undefined> {
  try {
    const lock: unknown = JSON.parse(await readConfigFile(file));
    if (isFuelLock(lock)) return lock;
    throw new TypeError("expected what plugin test --update writes");
  } catch (cause) {
    if (cause instanceof BackworksError && cause.code === "config_not_found") return undefined;
    const message = `it cannot be read: ${messageOf(cause)}; make it again with --update`;
    throw new BackworksError("test_invalid", message, { cause, position: { file } });
  }
}

/** The lock with these cases in the place of the target's. */
export async function writeFuelLock(
  file: string,
  lock: FuelLock | undefined,
  target: string,
  cases: LockedCases,
): Promise<void> {
  const written: FuelLock = { version: 1, targets: { ...lock?.targets, [target]: cases } };
  await writeFile(file, `${JSON.stringify(written, undefined, 2)}\n`);
}

/** Hooks that take more than `GROWTH_MAX` more or less, or were not called before. */
export function findChanges(locked: LockedCases, results: readonly CaseResult[]): FuelChange[] {
  return results.flatMap(({ name: caseName, fuel }) => {
    const known = locked[caseName];
    if (known === undefined) return [];
    return Object.entries(fuel).flatMap(([hook, now]) => {
      const before = known.hooks[hook] ?? 0;
      return Math.abs(now - before) > before * GROWTH_MAX ? [{ caseName, hook, before, now }] : [];
    });
  });
}

/** Functions that take more than before, the one that grew most first. */
export function findGrown(before: FuelByName, now: FuelByName): FuelChange["hook"][] {
  return Object.entries(now)
    .map(([name, fuel]) => ({ name, more: fuel - (before[name] ?? 0) }))
    .filter(({ name, more }) => more > (before[name] ?? 0) * GROWTH_MAX)
    .toSorted((a, b) => b.more - a.more)
    .map(({ name, more }) => `${name} (+${more.toLocaleString("en")})`);
}

function isFuelLock(value: unknown): value is FuelLock {
  if (!isMap(value) || value["version"] !== 1 || !isMap(value["targets"])) return false;
  return Object.values(value["targets"]).every(
    (cases) =>
      isMap(cases) &&
      Object.values(cases).every(
        (each) => isMap(each) && isFuelByName(each["hooks"]) && isFuelByName(each["functions"]),
      ),
  );
}

function isFuelByName(value: unknown): boolean {
  return isMap(value) && Object.values(value).every((fuel) => Number.isSafeInteger(fuel));
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
