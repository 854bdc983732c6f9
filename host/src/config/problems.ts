import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import type { ErrorCode, SourcePosition } from "../lib/errors.ts";
import { partsOf } from "../lib/join-errors.ts";

/** Nobody reads more; a file of another kind would give one for each line. */
const PROBLEMS_MAX = 50;

/** Gathers what is wrong with a file, so that a person corrects everything at once. */
export class Problems {
  readonly #errors: BackworksError[] = [];
  readonly #max: number;

  constructor(max: number = PROBLEMS_MAX) {
    this.#max = max;
  }

  add(code: ErrorCode, message: string, position: SourcePosition): void {
    this.#errors.push(new BackworksError(code, message, { position }));
  }

  /** Takes over what was thrown elsewhere; anything but errors of the world is thrown on. */
  take(thrown: unknown): void {
    this.#errors.push(...partsOf(thrown));
  }

  /** Whether something is already said about the value at this position. */
  has({ file, line, column }: SourcePosition): boolean {
    return this.#errors.some(
      ({ position }) =>
        position?.file === file && position.line === line && position.column === column,
    );
  }

  /** Throws everything found so far, in the order of the file. */
  throwIfAny(): void {
    if (this.#errors.length > 0) throw new BackworksErrors(this.inOrder());
  }

  inOrder(): readonly BackworksError[] {
    return bounded(this.#errors, this.#max);
  }
}

function bounded(found: readonly BackworksError[], max: number): readonly BackworksError[] {
  const sorted = found.toSorted(
    (a, b) =>
      compareText(a.position?.file ?? "", b.position?.file ?? "") ||
      (a.position?.line ?? 0) - (b.position?.line ?? 0) ||
      (a.position?.column ?? 0) - (b.position?.column ?? 0),
  );
  const shown = sorted.slice(0, max);
  const last = shown.at(-1);
  if (last !== undefined && sorted.length > shown.length) {
    const message = `${sorted.length - shown.length} more problems are not listed`;
    shown.push(
      new BackworksError(last.code, message, last.position && { position: last.position }),
    );
  }
  return shown;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
