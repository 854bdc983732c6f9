/** Control characters, DEL, C1, and the Unicode marks that reorder or break lines in a terminal. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- control characters are what this looks for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Makes text from outside safe for logs and terminals: a name from a plugin never makes a line. */
export function escapeText(text: string, lengthMax = 1024): string {
  const cut = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return cut.replace(
    UNPRINTABLE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** How far right the lines of a text are that do not begin with the host's own words. */
const INDENT = "    ";
/** Further line feeds are escaped, too: a text of nothing else would push all others off the screen. */
const LINES_MAX = 32;

/**
 * The same for text that may have several lines, such as a stack: they stay lines, and those behind the
 * first are indented, so that none looks like one of the host's. Text that went through it stays as it is.
 */
export function escapeLines(text: string, lengthMax = 1024): string {
  const whole = trimLineFeeds(text);
  const cut = whole.length > lengthMax ? `${whole.slice(0, lengthMax)}…` : whole;
  const lines = cut.replaceAll("\r\n", "\n").split("\n");
  if (lines.length > LINES_MAX) lines.push(lines.splice(LINES_MAX - 1).join("\n"));
  const isIndented = lines.every((line, index) => index === 0 || line.startsWith(INDENT));
  const escaped = lines.map((line) => escapeText(line, Infinity)).join("\n");
  return isIndented ? escaped : indentLines(escaped);
}

/** Moves all lines but the first to the right. */
export function indentLines(text: string): string {
  return text.replaceAll("\n", `\n${INDENT}`);
}

/** Those at the end: what is written to be printed has one. */
function trimLineFeeds(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}

/** Makes text from outside safe inside HTML and SVG, attributes included. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
