import type { Diagnostic } from "./diagnose.ts";
import { LANGUAGE_RULES } from "./language-rules.ts";
import { LIBRARY_RULES } from "./library-rules.ts";
import type { Feature } from "./rule.ts";

const USE_FULL = "or build it with --target full, which has all of TypeScript";

/** Codes of TypeScript, which the compiler shares. */
const FIRST_SYNTAX_ERROR = 1000;
const FIRST_TYPE_ERROR = 2000;

/** The first rule that holds explains an error. */
const RULES = [...LIBRARY_RULES, ...LANGUAGE_RULES];

/** What an error of the compiler means to somebody who writes TypeScript. */
export function explain({ code, message, place }: Diagnostic): Feature | undefined {
  const isSyntax = code >= FIRST_SYNTAX_ERROR && code < FIRST_TYPE_ERROR;
  const line = place === undefined || !isSyntax ? "" : lineAt(place.text, place.start);
  for (const { says, line: shows, isNowhere = false, ...feature } of RULES) {
    const found = says?.exec(message) ?? shows?.exec(line);
    if (found === null || found === undefined) continue;
    return {
      message: feature.message.replaceAll(
        /\$(\d)/g,
        (_, group: string) => found[Number(group)] ?? "",
      ),
      instead: isNowhere ? feature.instead : `${feature.instead}; ${USE_FULL}`,
    };
  }
  return undefined;
}

/**
 * The way out of an error that no rule explains. What is wrong in TypeScript's own terms (a name that
 * nobody declared, a type that does not fit) is no better in the full target.
 */
export function adviseUnknown({ code }: Diagnostic): string | undefined {
  return code < FIRST_TYPE_ERROR ? USE_FULL : undefined;
}

function lineAt(text: string, offset: number): string {
  const end = text.indexOf("\n", offset);
  return text.slice(text.lastIndexOf("\n", offset - 1) + 1, end < 0 ? text.length : end);
}
