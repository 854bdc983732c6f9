import { BuildError, type BuildPosition } from "../build-error.ts";
import { explain, USE_FULL } from "./features.ts";

/** What the compiler has to say against a source. */
export interface Diagnostic {
  readonly code: number;
  readonly message: string;
  readonly place: DiagnosticPlace | undefined;
}

export interface DiagnosticPlace {
  readonly file: string;
  /** All of the file, which has the author's lines and columns. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const FURTHER_MAX = 10;

/** The first error in the author's terms; the others as notes, for they often have one cause. */
export function toBuildError(errors: readonly Diagnostic[]): BuildError {
  const own = errors.filter(({ place }) => place !== undefined && !isLibrary(place));
  const [first, ...others] = own.length > 0 ? own : errors;
  if (first === undefined) return new BuildError("source_invalid", "asc gave no reason");
  const known = explain(first);
  const message = known?.message ?? lowerFirst(first.message);
  const further = others
    .map((other) => {
      const position = positionOf(other);
      const where =
        position === undefined ? "" : `${position.file}:${position.line}:${position.column}: `;
      return where + (explain(other)?.message ?? other.message);
    })
    .filter((line) => !line.endsWith(message));
  return new BuildError("source_invalid", message, {
    position: positionOf(first),
    notes: [known?.instead ?? USE_FULL, ...new Set(further.slice(0, FURTHER_MAX))],
  });
}

function isLibrary({ file }: DiagnosticPlace): boolean {
  return file.startsWith("~lib/") || file === "backworks-entry.ts";
}

function positionOf({ place }: Diagnostic): BuildPosition | undefined {
  if (place === undefined || isLibrary(place)) return undefined;
  const before = place.text.slice(0, place.start);
  return {
    file: place.file,
    line: before.split("\n").length,
    column: place.start - before.lastIndexOf("\n"),
  };
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
