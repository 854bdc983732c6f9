import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const HOST = fileURLToPath(new URL("../../support/greedy-host.ts", import.meta.url));
const MIB = 1024 * 1024;
const PAGES_OF_MIB = 16;
/** What the product promises beyond the cap. */
const BEYOND_MAX = 2 * MIB;

interface Taken {
  /** Resident bytes. */
  readonly grown: number;
  readonly pages: number;
  readonly slots: number;
}

async function takeAll(capMib: number, hook: string): Promise<Taken> {
  const child = fork(HOST, [String(capMib * PAGES_OF_MIB), hook], {
    execArgv: ["--expose-gc", "--conditions=backworks-source"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [taken] = await once(child, "message");
  return taken as Taken;
}

describe.each([16, 40])("a guest with %d MiB that takes all it can get", (capMib) => {
  test.each([
    ["its memory first", "before_request"],
    ["blocks of the kernel first", "process_endpoint"],
    ["tables first", "after_response"],
  ])("stays within them and 2 MiB: %s", async (_, hook) => {
    const { grown, pages } = await takeAll(capMib, hook);
    expect(grown).toBeLessThan(capMib * MIB + BEYOND_MAX);
    expect(pages).toBeLessThanOrEqual(capMib * PAGES_OF_MIB);
    // It did take what there was, or nothing is shown.
    expect(grown).toBeGreaterThan((capMib / 2) * MIB);
  });
});
