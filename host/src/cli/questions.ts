import { createInterface, type Interface } from "node:readline/promises";
import { BackworksError } from "../lib/errors.ts";
import type { Terminal } from "./output.ts";

/** Asks a person on a terminal, one question after the other. */
export class Questions implements Disposable {
  readonly #terminal: Terminal;
  readonly #reader: Interface;
  /** Not `question()`: lines that come before they are asked for would be lost. */
  readonly #answers: AsyncIterator<string>;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#reader = createInterface({ input: terminal.in });
    this.#answers = this.#reader[Symbol.asyncIterator]();
  }

  /** An empty answer is the preset one. */
  async ask(question: string, preset: string): Promise<string> {
    this.#terminal.err.write(`${question} [${preset}]: `);
    const { value, done } = await this.#answers.next();
    if (done === true) throw new BackworksError("usage", "the questions were not answered");
    const answer = value.trim();
    return answer === "" ? preset : answer;
  }

  /** Asks until the answer is one of the choices, or the beginning of only one. */
  async choose<T extends string>(question: string, choices: readonly [T, ...T[]]): Promise<T> {
    for (;;) {
      const answer = await this.ask(`${question} (${choices.join(", ")})`, choices[0]);
      const fitting = choices.filter((one) => one.startsWith(answer));
      const chosen = choices.find((one) => one === answer) ?? fitting[0];
      if (chosen !== undefined && (chosen === answer || fitting.length === 1)) return chosen;
    }
  }

  [Symbol.dispose](): void {
    this.#reader.close();
  }
}
