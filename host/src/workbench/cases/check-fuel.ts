import type { CheckedPlugin } from "../../plugins/check.ts";
import {
  findChanges,
  findGrown,
  readFuelLock,
  writeFuelLock,
  type FuelChange,
  type LockedCase,
} from "./fuel-lock.ts";
import { measureFunctions } from "./measure-functions.ts";
import type { CaseResult } from "./run-case.ts";

export interface FuelCheck {
  readonly plugin: CheckedPlugin;
  readonly results: readonly CaseResult[];
  /** `fuel.lock.json` */
  readonly file: string;
  /** `full`, `fast`, or `module` for one that was not built here. */
  readonly target: string;
  /** Whether what the cases take now is accepted. */
  readonly accept: boolean;
}

export interface Growth extends FuelChange {
  /** Functions that take more, the one that grew most first. */
  readonly functions: readonly string[];
}

/** What became of the fuel. */
export interface FuelReport {
  /** `none`: there is no lock, and nobody has asked for one. */
  readonly lock: "none" | "kept" | "written";
  readonly grown: readonly Growth[];
  readonly shrunk: readonly FuelChange[];
  /** Cases that the lock does not have. */
  readonly added: readonly string[];
}

const NOTHING: FuelReport = { lock: "none", grown: [], shrunk: [], added: [] };

/** Compares what cases took with what was accepted, or accepts it. Cases that fail say nothing. */
export async function checkFuel(check: FuelCheck): Promise<FuelReport> {
  const { file, target, accept } = check;
  const passed = check.results.filter(({ failures }) => failures.length === 0);
  const lock = await readFuelLock(file);
  if (accept) {
    await writeFuelLock(file, lock, target, await measureAll(check.plugin, passed));
    return { ...NOTHING, lock: "written" };
  }
  const locked = lock?.targets[target];
  if (locked === undefined) return NOTHING;
  const changes = findChanges(locked, passed);
  const grown: Growth[] = [];
  for (const change of changes.filter(({ before, now }) => now > before)) {
    const result = passed.find(({ name }) => name === change.caseName);
    const before = locked[change.caseName]?.functions;
    if (result === undefined || before === undefined) continue;
    const now = await measureFunctions(check.plugin, result.case);
    grown.push({ ...change, functions: findGrown(before, now) });
  }
  return {
    lock: "kept",
    grown,
    shrunk: changes.filter(({ before, now }) => now < before),
    added: passed.map(({ name }) => name).filter((name) => !Object.hasOwn(locked, name)),
  };
}

async function measureAll(
  plugin: CheckedPlugin,
  results: readonly CaseResult[],
): Promise<Readonly<Record<string, LockedCase>>> {
  const locked: Record<string, LockedCase> = {};
  for (const { name, fuel, case: written } of results) {
    locked[name] = { hooks: fuel, functions: await measureFunctions(plugin, written) };
  }
  return locked;
}
