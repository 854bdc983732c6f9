import { ReportError } from "./report-error.ts";

/** A METAR is about 100 characters, a long TAF 1,500: several times that is no report. */
export const REPORT_CHARS_MAX = 10_000;

/** Printable ASCII in upper case, as reports come: there is nothing to prepare. */
const PLAIN = /^[ -[\]-`]*$/;
/** White space, and the control characters that frame a bulletin (SOH, CR CR LF, ETX). */
// oxlint-disable-next-line no-control-regex -- bulletins are framed by control characters
const BLANK = /[\s\u0000-\u001F\u007F]/g;
/** Escapes left over when a report was quoted twice on its way: two blanks keep every position. */
const ESCAPE = /\\[nrst]/g;

/** The groups of one report in order. Their places are looked for only when an error needs them. */
export class Cursor {
  readonly #source: string;
  /** Groups, and an empty string wherever two blanks met. */
  readonly #pieces: readonly string[];
  readonly #groups: readonly string[];
  #index = 0;

  /** Splits `source` at blanks; a `=` ends the report and nothing may follow it. */
  constructor(source: string) {
    if (source.length > REPORT_CHARS_MAX) {
      throw new ReportError(
        source.slice(REPORT_CHARS_MAX),
        { group: 1, character: REPORT_CHARS_MAX + 1 },
        `a report of at most ${REPORT_CHARS_MAX} characters`,
      );
    }
    const text = PLAIN.test(source) ? source : prepare(source);
    const end = text.indexOf("=");
    this.#source = source;
    this.#pieces = (end === -1 ? text : text.slice(0, end)).split(" ");
    this.#groups = this.#pieces.filter((piece) => piece !== "");
    if (end !== -1) this.#checkEnd(text, end);
  }

  get done(): boolean {
    return this.#index >= this.#groups.length;
  }

  /** Number of groups read so far. */
  get index(): number {
    return this.#index;
  }

  /** The group `ahead` of the current one in upper case; empty past the end. */
  peek(ahead = 0): string {
    return this.#groups[this.#index + ahead] ?? "";
  }

  advance(count = 1): void {
    this.#index += count;
  }

  /** The text from the current group to the end of the report, as it was given. */
  rest(): string {
    return this.textSince(this.#index, this.#groups.length);
  }

  /** The text of groups `from` to `until`, the latter not included, as it was given. */
  textSince(from: number, until: number = this.#index): string {
    if (until <= from) return "";
    const last = this.#groups[until - 1] ?? "";
    return this.#source.slice(this.#startOf(from), this.#startOf(until - 1) + last.length);
  }

  /** An error at the group `ahead` of the current one; to be thrown. */
  unexpected(expected: string, ahead = 0): ReportError {
    const index = this.#index + ahead;
    const group = this.#groups[index];
    if (group === undefined) {
      const position = { group: this.#groups.length + 1, character: this.#source.length + 1 };
      return new ReportError("", position, expected);
    }
    const start = this.#startOf(index);
    const text = this.#source.slice(start, start + group.length);
    return new ReportError(text, { group: index + 1, character: start + 1 }, expected);
  }

  #startOf(index: number): number {
    let start = 0;
    let group = -1;
    for (const piece of this.#pieces) {
      if (piece !== "") group += 1;
      if (group === index) break;
      start += piece.length + 1;
    }
    return start;
  }

  /** A second `=` says nothing new; anything else belongs to another report. */
  #checkEnd(text: string, end: number): void {
    const at = text.slice(end).search(/[^ =]/);
    if (at === -1) return;
    const start = end + at;
    const rest = /^[^ =]+/.exec(text.slice(start))?.[0] ?? "";
    throw new ReportError(
      this.#source.slice(start, start + rest.length),
      { group: this.#groups.length + 1, character: start + 1 },
      "nothing after the = that ends a report",
    );
  }
}

/** `source` in upper case with nothing but spaces between groups, every character at its place. */
function prepare(source: string): string {
  const blanked = source.replaceAll(ESCAPE, "  ").replaceAll(BLANK, " ");
  const upper = blanked.toUpperCase();
  // A few letters outside ASCII grow in upper case and would shift every position behind them.
  return upper.length === blanked.length ? upper : blanked;
}
