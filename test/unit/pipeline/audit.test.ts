import { expect, test } from "vitest";
import type { Exchange } from "../../../host/src/contracts/exchange.ts";
import type { Hook } from "../../../host/src/contracts/hooks.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { AUDITS_MAX, Auditor } from "../../../host/src/pipeline/audit.ts";
import type { Audit } from "../../../host/src/pipeline/audit.ts";
import { answer, exchange, hook } from "./support.ts";

const ROUTE = { id: "users", path: "/users/{id}", methods: ["GET"] };

type Run = Hook<"audit_log">["run"];

function auditHook(plugin: string, run: Run, some: Partial<Omit<Hook, "name" | "run">> = {}) {
  const { run: _, ...place } = hook(plugin, some);
  return { ...place, name: "audit_log" as const, run };
}

function create(...hooks: readonly Hook<"audit_log">[]) {
  const failures: unknown[] = [];
  const dropped: [plugin: string, isFirst: boolean][] = [];
  const auditor = new Auditor({
    failed: ({ plugin, error }) => failures.push([plugin, String(error)]),
    dropped: (plugin, isFirst) => dropped.push([plugin, isFirst]),
  });
  return { auditor, audit: auditor.compose(ROUTE, hooks), failures, dropped };
}

function pass(audit: Audit | undefined, given: Exchange = exchange()): void {
  audit?.(given)(answer("done", 403));
}

test("without a hook there is nothing to call", () => {
  expect(create().audit).toBeUndefined();
  const elsewhere = auditHook("a", () => undefined, { match: { routes: ["other"] } });
  expect(create(elsewhere).audit).toBeUndefined();
});

test("nobody is called before the turn is over, then all in order and with the answer", async () => {
  const seen: unknown[] = [];
  const look =
    (plugin: string) =>
    ({ response }: Exchange): undefined =>
      void seen.push([plugin, response?.status]);
  const { auditor, audit } = create(auditHook("a", look("a")), auditHook("b", look("b")));
  pass(audit);
  await Promise.resolve();
  expect(seen).toEqual([]);
  await auditor.drain();
  expect(seen).toEqual([
    ["a", 403],
    ["b", 403],
  ]);
});

test("a hook sees what it declares by the path that the client asked for", async () => {
  const seen: string[] = [];
  const { auditor, audit } = create(
    auditHook("a", ({ request }) => void seen.push(request.target), {
      match: { paths: ["/users/7"] },
    }),
  );
  const rewritten = exchange();
  const tell = audit?.(rewritten);
  rewritten.request = { ...rewritten.request, target: "/elsewhere" };
  tell?.(answer("done"));
  pass(audit, exchange({ request: { ...exchange().request, target: "/users/8" } }));
  await auditor.drain();
  expect(seen).toEqual(["/elsewhere"]);
});

test("what fails is told, and the others go on", async () => {
  const seen: string[] = [];
  const { auditor, audit, failures } = create(
    auditHook("a", () => {
      throw new BackworksError("guest_trapped", "trap");
    }),
    auditHook("b", async () => {
      throw new TypeError("ours");
    }),
    auditHook("c", () => void seen.push("c")),
  );
  pass(audit);
  await auditor.drain();
  expect(seen).toEqual(["c"]);
  expect(failures).toEqual([
    ["a", "BackworksError: trap"],
    ["b", "TypeError: ours"],
  ]);
});

test("so many may be under way; what comes beyond is dropped and told, the first of a row as such", async () => {
  const gate = Promise.withResolvers<undefined>();
  let calls = 0;
  const { auditor, audit, dropped } = create(
    auditHook("a", async () => {
      calls++;
      return gate.promise;
    }),
  );
  for (let count = 0; count < AUDITS_MAX + 3; count++) pass(audit);
  expect(dropped).toEqual([
    ["a", true],
    ["a", false],
    ["a", false],
  ]);
  gate.resolve(undefined);
  await auditor.drain();
  expect(calls).toBe(AUDITS_MAX);
  pass(audit);
  await auditor.drain();
  expect([calls, dropped.length]).toEqual([AUDITS_MAX + 1, 3]);
});

test("draining waits for what still runs, and is done at once when nothing does", async () => {
  let calls = 0;
  const { auditor, audit } = create(auditHook("a", () => void calls++));
  await auditor.drain();
  pass(audit);
  await Promise.all([auditor.drain(), auditor.drain()]);
  expect(calls).toBe(1);
});
