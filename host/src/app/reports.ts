import { BackworksError, messageOf } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import type { AuditReports } from "../pipeline/audit.ts";
import type { ReportSkipped } from "../pipeline/failure.ts";
import type { CountDropped } from "./metrics.ts";

export function createSkipReport(logger: Logger): ReportSkipped {
  return ({ plugin, hook, route, requestId, error }) => {
    const fields = { requestId, route, plugin, hook, code: error.code };
    logger.warn(fields, `plugin skipped: ${escapeLines(error.message)}`);
  };
}

/** What becomes of audits is nobody's answer: the log and the figures alone know. */
export function createAuditReports(logger: Logger, countDropped: CountDropped): AuditReports {
  return {
    failed: ({ error, ...fields }) => {
      if (error instanceof BackworksError) {
        logger.warn({ ...fields, code: error.code }, `audit failed: ${escapeLines(error.message)}`);
        return;
      }
      const stack = error instanceof Error ? error.stack : undefined;
      logger.error({ ...fields, stack }, `internal error: ${escapeLines(messageOf(error))}`);
    },
    dropped: (plugin, isFirst) => {
      countDropped(plugin, "audit_log");
      if (isFirst) logger.warn({ plugin, hook: "audit_log" }, "audits are dropped: too many wait");
    },
  };
}
