import { BuildError, type BuildPosition } from "../build-error.ts";
import { START_FILE } from "./print-start.ts";
import { adviseUnknown, explain } from "./features.ts";

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

/** Hooks as the bindings call them. */
const SIGNATURES = [
  "initialize(): void, and so configReload, start, stop and cleanup",
  "healthCheck(): PluginHealth",
  "getMetrics(): Map<string, number>",
  "authenticate(request: Request): Verdict | null, and so authorize",
  "beforeRequest(request: Request): Reply | null, or void",
  "processEndpoint(request: Request): Reply",
  "afterResponse(request: Request, reply: Reply): void, and so auditLog",
  "collectMetrics(json: string): string | null, and so generateAlerts, trackEvent and generateReport",
  "onMessage(message: Message): void",
  "onEvent(event: PluginEvent): void",
  "onSchedule(tick: Tick): void",
  "onCall(call: PluginCall): string, or Uint8Array",
];

/** The first error in the author's terms; the others as notes, for they often have one cause. */
export function toBuildError(errors: readonly Diagnostic[]): BuildError {
  const own = inOrder(errors.filter(({ place }) => place === undefined || !isLibrary(place)));
  const [first, ...others] = own;
  if (first === undefined) return wrongShape(errors);
  const known = explain(first);
  const message = known?.message ?? printMessage(first);
  const further = [...new Set(others.map(printFurther))];
  const ending = `: ${message}`;
  const alike = further.filter((line) => line.endsWith(ending) && line !== printFurther(first));
  const different = further.filter((line) => !line.endsWith(ending) && line !== message);
  const places = alike.slice(0, FURTHER_MAX).map((line) => line.slice(0, -ending.length));
  const advice = known?.instead ?? adviseUnknown(first);
  return new BuildError("source_invalid", message, {
    position: positionOf(first),
    notes: [
      ...(advice === undefined ? [] : [advice]),
      ...(places.length === 0 ? [] : [`the same at ${places.join(", ")}`]),
      ...different.slice(0, FURTHER_MAX),
    ],
  });
}

/**
 * As an author reads them: the compiler comes to a function when something calls it. Files stay in its
 * order, and what has no place comes last.
 */
function inOrder(errors: readonly Diagnostic[]): Diagnostic[] {
  const files = new Map<string | undefined, number>();
  for (const { place } of errors) {
    if (place !== undefined && !files.has(place.file)) files.set(place.file, files.size);
  }
  const fileOf = ({ place }: Diagnostic): number => files.get(place?.file) ?? files.size;
  return errors.toSorted(
    (a, b) => fileOf(a) - fileOf(b) || (a.place?.start ?? 0) - (b.place?.start ?? 0),
  );
}

/** Errors in the bindings alone: an author's function or value does not fit what they do with it. */
function wrongShape(errors: readonly Diagnostic[]): BuildError {
  const messages = new Set(errors.map(printMessage));
  const message = "a hook, or what one calls, does not have the shape that the bindings expect";
  return new BuildError("source_invalid", message, {
    notes: [...messages, `the hooks are ${SIGNATURES.join("; ")}`],
  });
}

function printFurther(error: Diagnostic): string {
  const position = positionOf(error);
  const where =
    position === undefined ? "" : `${position.file}:${position.line}:${position.column}: `;
  return where + (explain(error)?.message ?? printMessage(error));
}

/** Types of the library by the names that an author gives them. */
function printMessage({ message }: Diagnostic): string {
  const text = message
    .replaceAll("~lib/string/String", "string")
    .replaceAll(/~lib\/(?:[\w@-]+\/)*(\w+)/g, "$1");
  return text.slice(0, 1).toLowerCase() + text.slice(1).replace(/\.$/, "");
}

function isLibrary({ file }: DiagnosticPlace): boolean {
  return file.startsWith("~lib/") || file === `${START_FILE}.ts`;
}

function positionOf({ place }: Diagnostic): BuildPosition | undefined {
  return place === undefined || isLibrary(place) ? undefined : positionAt(place);
}

export function positionAt({ file, text, start }: DiagnosticPlace): BuildPosition {
  const before = text.slice(0, start);
  return {
    file,
    line: before.split("\n").length,
    column: start - before.lastIndexOf("\n"),
  };
}
