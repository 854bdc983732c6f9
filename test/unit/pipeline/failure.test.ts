import { expect, test } from "vitest";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { blamePlugin } from "../../../host/src/pipeline/failure.ts";

const HOOK = { plugin: "loop", name: "process_endpoint" } as const;

test.each([
  ["loop: process_endpoint needs more fuel", 'plugin "loop": process_endpoint needs more fuel'],
  ["loop: 9 calls wait already", 'plugin "loop" failed in process_endpoint: 9 calls wait already'],
  [
    "loop: initialize failed: no key",
    'plugin "loop" failed in process_endpoint: initialize failed: no key',
  ],
  ["line 3: no status", 'plugin "loop" failed in process_endpoint: line 3: no status'],
])("who failed is said once: %s", (message, told) => {
  const error = new BackworksError("guest_failed", message);
  expect(blamePlugin(HOOK, error).message).toBe(told);
});
