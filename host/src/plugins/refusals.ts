import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { isObscure, isPluginName } from "./duties.ts";
import { isMissed, type PluginState, type RefusedState } from "./state.ts";

/** Says in the log which plugins were refused, why, and what becomes of their routes. */
export function logRefusals(states: readonly PluginState[], logger: Logger): void {
  const refused = states.filter((state) => state.kind === "refused");
  const isAllClosed = refused.some(closesAll);
  for (const state of refused) {
    const { name, file, error } = state;
    const isOpen = isObscure(state.duties) && !isAllClosed && !isMissed(state);
    // Before the reason, which may have lines of its own.
    const open = isOpen ? `; if it guarded routes, they are open (${keyOf(state)})` : "";
    const message = `${describe(state)}${open}: ${escapeLines(error.message)}`;
    logger.error({ plugin: name, file, code: error.code }, message);
  }
}

function describe(state: RefusedState): string {
  if (closesAll(state)) return "critical plugin refused, all routes answer 503";
  const kind = state.critical ? "critical plugin" : "plugin";
  return isMissed(state) ? `${kind} refused, its routes answer 503` : "plugin refused";
}

/** Nobody knows which routes it guarded. */
function closesAll({ critical, duties }: RefusedState): boolean {
  return critical && duties === undefined;
}

function keyOf({ name, file }: RefusedState): string {
  if (isPluginName(name)) return `plugins.${name}.critical: true would close them`;
  return `a plugin with path: ${escapeLines(file ?? name)} and critical: true would close them`;
}
