import type { Readable } from "node:stream";
import { styleText } from "node:util";
import { printPosition } from "../lib/errors.ts";
import { partsOf } from "../lib/join-errors.ts";
import type { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";

type Style = Parameters<typeof styleText>[0];

/** To the first column, and everything behind it gone. */
const ERASE_LINE = "\r\u001b[2K";
const DOING_LENGTH_MAX = 60;

/** The process as commands see it: tests hand in their own. */
export interface Terminal {
  readonly in: Readable & { readonly isTTY?: boolean };
  readonly out: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly err: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly directory: string;
  /** Resolves with the name of the signal that asks the process to stop. */
  readonly stopSignal: () => Promise<string>;
}

/** How a command speaks: sentences for people on a terminal, one JSON document for machines. */
export class Output {
  readonly #terminal: Terminal;
  readonly isJson: boolean;
  /** What the terminal is told is being done, on a line of its own that does not stay. */
  #doing: string | undefined;

  constructor(terminal: Terminal, isJson: boolean) {
    this.#terminal = terminal;
    this.isJson = isJson;
  }

  /** A line of the answer; nothing when the answer is JSON. */
  line(text = ""): void {
    this.#writeLine(this.#terminal.out, text);
  }

  /** A line beside the answer: hints, the start-up summary. */
  note(text = ""): void {
    this.#writeLine(this.#terminal.err, text);
  }

  /** Does what takes a moment, and says so meanwhile when a person looks on. */
  async during<T>(doing: string, work: () => Promise<T>): Promise<T> {
    const { err, env } = this.#terminal;
    if (this.isJson || err.isTTY !== true || env["TERM"] === "dumb") return work();
    // Never longer than the line, or erasing it would leave a part.
    this.#doing = this.noteStyle("dim", `${escapeText(doing, DOING_LENGTH_MAX)} …`);
    this.#draw();
    try {
      return await work();
    } finally {
      this.#erase();
      this.#doing = undefined;
    }
  }

  #writeLine(stream: NodeJS.WritableStream, text: string): void {
    if (this.isJson) return;
    this.#erase();
    stream.write(`${printable(text)}\n`);
    this.#draw();
  }

  #draw(): void {
    if (this.#doing !== undefined) this.#terminal.err.write(this.#doing);
  }

  #erase(): void {
    if (this.#doing !== undefined) this.#terminal.err.write(ERASE_LINE);
  }

  /** The answer as one line of JSON; nothing when it is written for people. */
  json(value: unknown): void {
    // In JSON an escaped character is the character: what a terminal would act on is written so.
    if (this.isJson) this.#terminal.out.write(`${escapeText(JSON.stringify(value), Infinity)}\n`);
  }

  /** Colours text for `line`, when the terminal wants colours. */
  style(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#terminal.out, validateStream: true });
  }

  /** Colours text for `note` and errors. */
  noteStyle(style: Style, text: string): string {
    return styleText(style, text, { stream: this.#terminal.err, validateStream: true });
  }

  error(thrown: BackworksError | BackworksErrors): void {
    const errors = partsOf(thrown);
    if (this.isJson) {
      this.json({ ok: false, errors: errors.map(describeError) });
      return;
    }
    for (const error of errors) this.note(this.printError(error));
  }

  /** `error config_unknown_key backworks.yaml:3:5`, the message, and what to do. */
  printError(error: BackworksError): string {
    const where = error.position === undefined ? "" : ` ${printPosition(error.position)}`;
    const lines = [
      `${this.noteStyle(["red", "bold"], "error")} ${this.noteStyle("bold", error.code)}${where}`,
      ...error.message.split("\n").map((line) => `  ${line}`),
      `  ${this.noteStyle("dim", `help: ${error.kind.help}`)}`,
    ];
    return lines.join("\n");
  }
}

/** Our own colours and line ends; names of files and plugins may hold anything else. */
// oxlint-disable-next-line no-control-regex -- the escape character is what it looks for
const OURS = /(\u001b\[[\d;]*m|\n)/;

function printable(text: string): string {
  return text
    .split(OURS)
    .map((part, index) => (index % 2 === 1 ? part : escapeText(part, Infinity)))
    .join("");
}

/** An error as data. */
export interface ErrorDescription {
  readonly code: string;
  readonly message: string;
  readonly help: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly details?: Readonly<Record<string, unknown>>;
}

export function describeError(error: BackworksError): ErrorDescription {
  return {
    code: error.code,
    message: error.message,
    help: error.kind.help,
    ...error.position,
    ...(Object.keys(error.details).length > 0 && { details: error.details }),
  };
}
