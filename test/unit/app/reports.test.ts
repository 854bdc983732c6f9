import { expect, test } from "vitest";
import { createAuditReports } from "../../../host/src/app/reports.ts";
import { BackworksError } from "../../../host/src/lib/errors.ts";
import { recordLogs } from "../../support/log-records.ts";

const FIELDS = { plugin: "a", hook: "audit_log", route: "r", requestId: "1" } as const;

test("a failed audit is a warning, a bug of ours an error, and anything may be thrown", () => {
  const { logger, records } = recordLogs();
  const { failed } = createAuditReports(logger, () => undefined);
  failed({ ...FIELDS, error: new BackworksError("guest_trapped", "a: trap") });
  failed({ ...FIELDS, error: new TypeError("ours") });
  failed({ ...FIELDS, error: "text" });
  expect(records).toEqual([
    ["warn", "audit failed: a: trap"],
    ["error", "internal error: ours"],
    ["error", "internal error: text"],
  ]);
});

test("every dropped audit is counted, the first of a row is logged", () => {
  const { logger, records } = recordLogs();
  const counted: unknown[] = [];
  const { dropped } = createAuditReports(logger, (...given) => counted.push(given));
  dropped("a", true);
  dropped("a", false);
  expect(counted).toEqual([
    ["a", "audit_log"],
    ["a", "audit_log"],
  ]);
  expect(records).toEqual([["warn", "audits are dropped: too many wait"]]);
});
