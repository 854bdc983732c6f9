/** The first value of a parameter in the query of a target, decoded as a form is (`+` is a space). */
export function findQueryValue(target: string, name: string): string | null {
  const start = target.indexOf("?");
  if (start < 0) return null;
  for (const pair of target.slice(start + 1).split("&")) {
    const equals = pair.indexOf("=");
    const key = equals < 0 ? pair : pair.slice(0, equals);
    if (key !== "" && decode(key) === name) return equals < 0 ? "" : decode(pair.slice(equals + 1));
  }
  return null;
}

/** Broken percent-encoding stays as it stands: what a client sends never throws here. */
function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
