import { sep } from "node:path";
import { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Logger } from "../lib/logger.ts";
import { isObscure, isPluginName } from "./duties.ts";
import type { LoadedPlugin } from "./load.ts";
import { isMissed, type RefusedState } from "./state.ts";

/** Says in the log which plugins were refused, why, and what becomes of their routes. */
export function logRefusals(refused: readonly RefusedState[], logger: Logger): void {
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

/**
 * Why plugins that run elsewhere are refused here. One is known by its name, or by its file: what is
 * half copied may not say its name, and what is in a directory that cannot be read says nothing. One
 * that is not there at all was taken away.
 */
export function findLost(
  refused: readonly RefusedState[],
  running: readonly LoadedPlugin[],
): BackworksError[] {
  return refused.flatMap(({ name, file, error }) => {
    const lost = running.find(
      (plugin) =>
        plugin.name === name || plugin.file === file || plugin.file.startsWith(`${file}${sep}`),
    );
    if (lost === undefined) return [];
    const { code, message, details, position } = error;
    return new BackworksError(code, `plugin "${lost.name}": ${message}`, {
      cause: error,
      details,
      ...(position !== undefined && { position }),
    });
  });
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
