import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { startTestApp } from "../support/app.ts";
import type { Files } from "../support/folder.ts";
import { readGuest } from "../support/guests.ts";
import { withManifest } from "../support/module.ts";

const HOOKS = { before_request: { match: { routes: ["spinning"] } }, process_endpoint: {} };

async function filesWith(limits: string, manifest: object = {}): Promise<Files> {
  const spin = withManifest(await readGuest("spin"), {
    abi: 1,
    name: "spin",
    version: "1.0.0",
    hooks: HOOKS,
    ...manifest,
  });
  return {
    "plugins/spin.wasm": spin,
    "backworks.yaml": `
plugins: { spin: { critical: true, limits: ${limits} } }
endpoints:
  spinning: { path: /spin, response: { body: unreachable } }
  working: { path: /work, methods: POST, plugin: spin }
  well: { path: /well, response: { body: fine } }
`,
  };
}

test("a hook that runs out of fuel ends its request, and every other one is served", async () => {
  await using app = await startTestApp(await filesWith("{ fuel: 1000000 }"));
  const answers = await Promise.all(
    ["/spin", "/well", "/spin", "/well"].map(async (path) => app.fetch(path)),
  );
  expect(answers.map(({ status }) => status)).toEqual([503, 200, 503, 200]);
  await expect(answers[0]?.json()).resolves.toMatchObject({
    plugin: "spin",
    hook: "before_request",
    reason: "guest_fuel_exhausted",
  });
});

test("a hook with much fuel gives way to other requests, and ends by the clock", async () => {
  await using app = await startTestApp(await filesWith("{ fuel: 1000000000000, wall_ms: 300 }"));
  const order: string[] = [];
  const ask = async (path: string): Promise<Response> => {
    const answer = await app.fetch(path);
    order.push(path);
    return answer;
  };
  const spinning = ask("/spin");
  for (let request = 0; request < 3; request++) await ask("/well");
  await expect((await spinning).json()).resolves.toMatchObject({ reason: "guest_timed_out" });
  expect(order).toEqual(["/well", "/well", "/well", "/spin"]);
});

test("a route has limits of its own", async () => {
  const limits = "{ fuel: 1000000, routes: { working: { fuel: 1000000000000 } } }";
  await using app = await startTestApp(await filesWith(limits));
  const answer = await app.fetch("/work", { method: "POST", body: "12" });
  expect(answer.status).toBe(200);
  const other = await startTestApp(await filesWith("{ fuel: 1000000 }"));
  await using _ = other;
  expect((await other.fetch("/work", { method: "POST", body: "12" })).status).toBe(503);
});

test("what is metered is kept for the next start", async () => {
  // A module that is in use in this process would not be looked for on disk.
  const files = await filesWith("{}", { description: "Seen by this test only." });
  await using app = await startTestApp(files);
  expect(await readdir(`${app.folder.path}/.backworks/cache`)).toHaveLength(1);
  expect(app.summary.fuelPerMs).toBeGreaterThan(0);
});

test("a manifest that asks for too much is told what it gets", async () => {
  const files = await filesWith("{}", { limits: { fuel: 1_000_000_000_000 } });
  await using app = await startTestApp(files);
  expect(app.records.map(({ msg }) => msg)).toContain(
    "fuel: it asks for 1000000000000, and gets 110000000: set plugins.spin.limits to change that",
  );
});
