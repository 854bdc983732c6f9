/**
 * Looking things up in the head of an exchange frame, which is kept as the one string it came as:
 * a hook that reads one header pays for one search and splits nothing.
 */

/** The value of the first line that begins with `needle`. */
export function findValue(head: string, needle: string): string | null {
  const at = head.indexOf(needle);
  if (at < 0) return null;
  const start = at + needle.length;
  return head.slice(start, head.indexOf("\n", start));
}

/** The text of a line `name json` that the host always sends: `""` if it did not. */
export function findFact(head: string, name: string): string {
  return JSON.parse(findValue(`\n${head}`, `\n${name}`) ?? '""');
}

/** The values of all lines that begin with `needle`, between two places of a head. */
export function findValues(head: string, needle: string, from: number, to: number): string[] {
  const values: string[] = [];
  for (let at = head.indexOf(needle, from); at >= 0 && at < to;) {
    const start = at + needle.length;
    const end = head.indexOf("\n", start);
    values.push(head.slice(start, end));
    at = head.indexOf(needle, end);
  }
  return values;
}

/**
 * Where the request's part of an after_response head ends. A request header may be called `!x`,
 * so the search begins behind the first context line, and no header's name begins with a colon.
 */
export function findStatusLine(head: string): number {
  return head.indexOf("\n!", head.indexOf("\n:"));
}
