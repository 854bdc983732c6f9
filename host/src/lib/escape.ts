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

/** Makes text from outside safe inside HTML and SVG, attributes included. */
export function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
