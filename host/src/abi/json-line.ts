/** Plugins and libraries walk JSON by recursion: a value this deep is an attack or a mistake. */
export const JSON_DEPTH_MAX = 32;

/** Why a context value cannot be taken: it is not JSON, or nests too deep. */
export function checkJsonLine(json: string): string | undefined {
  // Between tokens JSON allows it, and a reader that takes CR LF for a line's end would be fooled.
  if (json.includes("\r")) return "is not JSON on one line";
  // Before parsing: a parser's stack is not ours to bet on.
  if (nestsTooDeep(json)) return `nests deeper than ${JSON_DEPTH_MAX} levels`;
  try {
    JSON.parse(json);
    return undefined;
  } catch {
    return "is not JSON";
  }
}

/** Right for JSON; for anything else some answer. */
export function nestsTooDeep(json: string): boolean {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const char = json[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "[" || char === "{") deepest = Math.max(deepest, ++depth);
    else if (char === "]" || char === "}") depth--;
  }
  return deepest > JSON_DEPTH_MAX;
}
