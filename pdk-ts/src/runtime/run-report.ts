import type { PluginHealth } from "../health.ts";
import { describe } from "./failure.ts";
import { settle, type AuthorHook, type Output, type Runner } from "./runner.ts";

/** Hooks around a plugin's life, and those that tell of it: JSON or nothing in, JSON or nothing out. */

const HEALTH_STATUSES: ReadonlySet<unknown> = new Set(["healthy", "degraded", "unhealthy"]);

/** What these return is nobody's. */
export function runLifecycle(call: AuthorHook): Runner {
  return () => settle(call(), () => undefined);
}

export function runHealthCheck(call: AuthorHook): Runner {
  return () => settle(call(), printHealth);
}

export function runGetMetrics(call: AuthorHook): Runner {
  return () => settle(call(), printMetrics);
}

/** One JSON value in, one or nothing out. */
export function runReport(call: AuthorHook): Runner {
  return (input) => settle(call(JSON.parse(input === "" ? "null" : input)), printJson);
}

export function runOnSchedule(call: AuthorHook): Runner {
  return (input) => settle(call(JSON.parse(input)), () => undefined);
}

function printHealth(answer: unknown): Output {
  if (isHealth(answer)) return JSON.stringify(answer);
  throw new TypeError(
    `healthCheck must return { status: "healthy" | "degraded" | "unhealthy" }; it returned ${describe(answer)}`,
  );
}

function isHealth(answer: unknown): answer is PluginHealth {
  if (typeof answer !== "object" || answer === null || !("status" in answer)) return false;
  return HEALTH_STATUSES.has(answer.status);
}

function printMetrics(answer: unknown): Output {
  const isTable = typeof answer === "object" && answer !== null;
  const figures =
    answer instanceof Map ? [...answer] : isTable ? Object.entries(answer) : undefined;
  const flaw = figures?.find(([, value]) => !Number.isFinite(value));
  if (figures !== undefined && flaw === undefined) {
    return JSON.stringify(Object.fromEntries(figures));
  }
  const found =
    flaw === undefined ? describe(answer) : `${String(flaw[0])}: ${describeFigure(flaw[1])}`;
  throw new TypeError(
    `getMetrics must return a Map or an object of finite numbers; it returned ${found}`,
  );
}

/** JSON has no word for the numbers that are refused here. */
function describeFigure(value: unknown): string {
  return typeof value === "number" ? String(value) : describe(value);
}

function printJson(answer: unknown): Output {
  if (answer === undefined || answer === null) return undefined;
  const json = JSON.stringify(answer);
  if (json === undefined) throw new TypeError(`a report is JSON, not a ${typeof answer}`);
  return json.toWellFormed();
}
