import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { KV_DEFAULTS } from "../../../host/src/contracts/capabilities.ts";
import { CapabilityError } from "../../../host/src/sandbox/capabilities/capability-error.ts";
import type { KvSpace } from "../../../host/src/sandbox/capabilities/kv/kv-space.ts";
import { KvStore } from "../../../host/src/sandbox/capabilities/kv/kv-store.ts";
import { ManualClock } from "../../support/clock.ts";

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).toReversed()) cleanup();
});

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "backworks-kv-"));
  cleanups.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function temporaryFile(name = "kv.sqlite"): string {
  return join(temporaryFolder(), name);
}

/** A store that is closed after the test. */
export function openStore(
  file = ":memory:",
  clock: ManualClock = new ManualClock(),
  bytesMax: number = 2 ** 30,
): KvStore {
  const store = new KvStore({ file, clock, bytesMax });
  cleanups.push(() => store[Symbol.dispose]());
  return store;
}

export function openSpace(clock: ManualClock = new ManualClock(), quota: object = {}): KvSpace {
  return openStore(":memory:", clock).open({ ...KV_DEFAULTS, ...quota, namespace: "weather" });
}

/** What `work` answers, or the fault it meets. */
export function attempt<T>(work: () => T): T | string {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof CapabilityError) return thrown.fault;
    throw thrown;
  }
}

export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
