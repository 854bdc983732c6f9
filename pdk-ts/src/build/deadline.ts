import vm from "node:vm";
import { BuildError } from "./build-error.ts";

/** No table that is worth computing ahead of time takes longer. */
export const EVALUATION_MS_MAX = 10_000;

/**
 * Runs code of the author's, but not for longer than the deadline. V8 itself stops it, wherever in
 * the engine it is: no `catch` of the author's sees that, and the engine is of no use afterwards.
 */
export function withDeadline<T>(work: () => T, deadlineMs: number = EVALUATION_MS_MAX): T {
  const results: { readonly value: T }[] = [];
  const run = (): number => results.push({ value: work() });
  try {
    vm.runInNewContext("run()", { __proto__: null, run }, { timeout: deadlineMs });
  } catch (error) {
    throw isTimeout(error) ? endless(deadlineMs, error) : error;
  }
  const [result] = results;
  if (result === undefined) throw new Error("what ran without an error has no result");
  return result.value;
}

/** V8's own error may come from another realm, where `Error` is another class. */
function isTimeout(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return false;
  return thrown.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
}

function endless(deadlineMs: number, cause: unknown): BuildError {
  const message = `top-level code did not end within ${deadlineMs / 1000} s`;
  const notes = [
    "what stands outside of functions runs once, while the plugin is built: look for a loop that never ends,",
    "and move what takes long or waits for something into initialize or another hook",
  ];
  return new BuildError("evaluation_failed", message, { notes, cause });
}
