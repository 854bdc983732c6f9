/**
 * Lines of an edits frame, and headers as they will be once those edits are made. Only what would
 * forge a line is checked here: the host checks the rest, ten times faster than the engine could.
 */

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const NAMES_KEPT_MAX = 256;

/** Header names as authors write them, to their checked lower-case form. */
const names: Record<string, string> = Object.create(null);
let namesKept = 0;

export function setLine(name: string, value: string): string {
  if (value.includes("\n")) throw lineFeedIn(name);
  return `+${names[name] ?? checkName(name)}: ${value}\n`;
}

export function appendLine(name: string, value: string): string {
  if (value.includes("\n")) throw lineFeedIn(name);
  return `&${names[name] ?? checkName(name)}: ${value}\n`;
}

export function removeLine(name: string): string {
  return `-${names[name] ?? checkName(name)}\n`;
}

/** `values` of a header as they are once `edits` have been made. */
export function applyEdits(values: string[], edits: string, name: string): string[] {
  const lower = names[name] ?? checkName(name);
  let result = values;
  for (const line of edits.split("\n")) {
    if (line === `-${lower}`) result = [];
    else if (line.startsWith(`+${lower}: `)) result = [line.slice(lower.length + 3)];
    else if (line.startsWith(`&${lower}: `)) result = [...result, line.slice(lower.length + 3)];
  }
  return result;
}

function checkName(name: string): string {
  const lower = name.toLowerCase();
  if (!TOKEN.test(lower)) throw new TypeError(`${JSON.stringify(name)} is no header name`);
  if (namesKept < NAMES_KEPT_MAX) {
    names[name] = lower;
    namesKept += 1;
  }
  return lower;
}

function lineFeedIn(name: string): Error {
  return new TypeError(`the value of header ${name} has a line feed, which no header can carry`);
}
