import { ReportError } from "./report-error.ts";

/** A METAR is about 100 characters, a long TAF 1,000: ten times that is no report. */
export const REPORT_CHARS_MAX = 10_000;

/** Blanks are all white space and the control characters that frame a bulletin (SOH, CR CR LF, ETX). */
// oxlint-disable-next-line no-control-regex -- bulletins are framed by control characters
const GROUP = /[^\s=\u0000-\u001F\u007F]+/g;
/** Escapes left over when a report was quoted twice on its way: two blanks keep every position. */
const ESCAPE = /\\[nrst]/g;

/** The groups of one report in order, each with its place in the text. */
export class Cursor {
  readonly #source: string;
  readonly #groups: string[] = [];
  readonly #starts: number[] = [];
  #index = 0;

  /** Splits `source` at blanks; a `=` ends the report and nothing may follow it. */
  constructor(source: string) {
    this.#source = source;
    if (source.length > REPORT_CHARS_MAX) {
      throw new ReportError(
        source.slice(REPORT_CHARS_MAX),
        { group: 1, character: REPORT_CHARS_MAX + 1 },
        `a report of at most ${REPORT_CHARS_MAX} characters`,
      );
    }
    const text = readable(source);
    const end = text.indexOf("=");
    let tail: number | undefined;
    for (const match of text.matchAll(GROUP)) {
      if (end !== -1 && match.index > end) {
        tail ??= match.index;
        continue;
      }
      this.#groups.push(match[0]);
      this.#starts.push(match.index);
    }
    if (tail !== undefined) {
      const position = { group: this.#groups.length + 1, character: tail + 1 };
      const rest = source.slice(tail).split(/\s/, 1)[0] ?? "";
      throw new ReportError(rest, position, "nothing after the = that ends a report");
    }
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
    const start = this.#starts[from];
    const last = this.#starts[until - 1];
    if (start === undefined || last === undefined || until <= from) return "";
    return this.#source.slice(start, last + (this.#groups[until - 1] ?? "").length);
  }

  /** An error at the group `ahead` of the current one; to be thrown. */
  unexpected(expected: string, ahead = 0): ReportError {
    const index = this.#index + ahead;
    const start = this.#starts[index];
    if (start === undefined) {
      const position = { group: this.#groups.length + 1, character: this.#source.length + 1 };
      return new ReportError("", position, expected);
    }
    const text = this.#source.slice(start, start + (this.#groups[index] ?? "").length);
    return new ReportError(text, { group: index + 1, character: start + 1 }, expected);
  }
}

/** `source` in upper case with escapes blanked, every character at its own place. */
function readable(source: string): string {
  const plain = source.includes("\\") ? source.replace(ESCAPE, "  ") : source;
  const upper = plain.toUpperCase();
  // A few letters outside ASCII grow in upper case and would shift every position behind them.
  return upper.length === plain.length ? upper : plain;
}
