import type { LineCounter } from "yaml";
import type { SourcePosition } from "../lib/errors.ts";

/** A text that knows the line and column of every offset. */
export class YamlSource {
  readonly file: string;
  readonly text: string;
  readonly #lines: LineCounter;

  constructor(file: string, text: string, lines: LineCounter) {
    this.file = file;
    this.text = text;
    this.#lines = lines;
  }

  position(offset: number): SourcePosition {
    const { line, col } = this.#lines.linePos(Math.min(offset, this.text.length));
    return { file: this.file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}
