const CONTEXT_KEY = /^[a-z][a-z0-9_.-]{0,63}$/;
/** The host's own: who the request is from. */
const AUTH_KEY = "auth";
/** As deep as the host takes a value; one this short cannot nest deeper. */
const DEPTH_MAX = 32;
const FLAT_LENGTH_MAX = 2 * DEPTH_MAX;

/** The line of an edits frame that provides `value`. Throws what the host would refuse. */
export function contextLine(key: string, value: unknown): string {
  if (!CONTEXT_KEY.test(key)) {
    throw new TypeError(`the context key ${JSON.stringify(key)} does not match ${CONTEXT_KEY}`);
  }
  if (key === AUTH_KEY) {
    throw new TypeError(
      'the context key "auth" is set by authenticate hooks alone, with Verdict.identified: provide another, such as auth.user',
    );
  }
  return `=${key}: ${toJsonLine(`the value of context key ${key}`, value)}\n`;
}

/** A value as JSON on one line. Throws what the host would refuse; `what` is what it is. */
export function toJsonLine(what: string, value: unknown): string {
  const json = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`${what} is no JSON`);
  if (json.length > FLAT_LENGTH_MAX && isDeeper(JSON.parse(json), DEPTH_MAX)) {
    throw new TypeError(`${what} nests deeper than ${DEPTH_MAX} levels`);
  }
  return escapeLineEnds(json);
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** JSON lets these two stand in a string, where many a reader of lines sees the end of one. */
function escapeLineEnds(json: string): string {
  return json.replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
