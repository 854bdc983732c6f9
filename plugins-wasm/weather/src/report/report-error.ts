/** Where in a report the trouble is; both numbers count from 1. */
export interface ReportPosition {
  /** Number of the group; one past the last when the report ends too early. */
  readonly group: number;
  /** Character of the text at which the group begins; one past the last at the end. */
  readonly character: number;
}

const SHOWN_CHARS_MAX = 40;

/** A report that breaks its code form: names the group, its place and what belongs there. */
export class ReportError extends Error {
  override readonly name = "ReportError";
  /** The group as it was given, cut when very long; empty at the end of the report. */
  readonly text: string;
  readonly position: ReportPosition;
  readonly expected: string;

  constructor(text: string, position: ReportPosition, expected: string) {
    const shown = text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
    const subject =
      shown === ""
        ? `report ends at character ${position.character}`
        : `group ${position.group} "${shown}" at character ${position.character}`;
    super(`${subject}: expected ${expected}`);
    this.text = shown;
    this.position = position;
    this.expected = expected;
  }
}
