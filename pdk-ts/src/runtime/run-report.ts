import type { PluginHealth } from "../health.ts";
import { enterHook, leaveHook } from "./body.ts";
import { describe } from "./failure.ts";
import { settle, type AuthorHook, type Output, type Runner } from "./runner.ts";

/** Hooks around a plugin's life, and those that tell of it: JSON or nothing in, JSON or nothing out. */

const HEALTH_STATUSES: ReadonlySet<unknown> = new Set(["healthy", "degraded", "unhealthy"]);

/** What these return is nobody's. */
export function runLifecycle(call: AuthorHook): Runner {
  return run(call, () => undefined);
}

export function runHealthCheck(call: AuthorHook): Runner {
  return run(call, printHealth);
}

export function runGetMetrics(call: AuthorHook): Runner {
  return run(call, printMetrics);
}

/** One JSON value in, one or nothing out. */
export function runReport(call: AuthorHook): Runner {
  return run(call, printJson, (input) => [JSON.parse(input === "" ? "null" : input)]);
}

export function runOnSchedule(call: AuthorHook): Runner {
  return run(
    call,
    () => undefined,
    (input) => [JSON.parse(input)],
  );
}

function run(
  call: AuthorHook,
  print: (answer: unknown) => Output,
  read: (input: string) => readonly unknown[] = () => [],
): Runner {
  return (input) => {
    enterHook(call);
    return settle(call(...read(input)), (answer) => {
      const output = print(answer);
      leaveHook();
      return output;
    });
  };
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
