import { BuildError, type BuildPosition } from "./build-error.ts";

interface Fault {
  readonly message: string;
  readonly position: BuildPosition;
  readonly notes: readonly string[];
}

/** What is wrong with plugin.yaml, gathered so that its author corrects everything at once. */
export class Faults {
  readonly #positionOf: (path: readonly string[]) => BuildPosition;
  readonly #found: Fault[] = [];

  constructor(positionOf: (path: readonly string[]) => BuildPosition) {
    this.#positionOf = positionOf;
  }

  /** The message is about the key at the end of `path`; the notes say what to write instead. */
  add(message: string, path: readonly string[], ...notes: readonly string[]): void {
    this.#found.push({ message, position: this.#positionOf(path), notes });
  }

  /** Throws `manifest_invalid` in the order of the file. */
  throwIfAny(): void {
    const [first, ...others] = this.#found.toSorted(
      (a, b) => a.position.line - b.position.line || a.position.column - b.position.column,
    );
    if (first === undefined) return;
    const notes = others.flatMap((fault) => [
      `${fault.position.file}:${fault.position.line}:${fault.position.column}: ${fault.message}`,
      ...fault.notes,
    ]);
    throw new BuildError("manifest_invalid", first.message, {
      position: first.position,
      notes: [...first.notes, ...notes],
    });
  }
}
