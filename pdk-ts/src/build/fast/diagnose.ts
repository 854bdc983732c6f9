import { BuildError, type BuildPosition } from "../build-error.ts";
import { START_FILE } from "./print-start.ts";
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
  const own = errors.filter(({ place }) => place === undefined || !isLibrary(place));
  const [first, ...others] = own;
  if (first === undefined) return wrongShape(errors);
  const known = explain(first);
  const message = known?.message ?? printMessage(first);
  const further = others.map(printFurther).filter((line) => !line.endsWith(message));
  return new BuildError("source_invalid", message, {
    position: positionOf(first),
    notes: [known?.instead ?? USE_FULL, ...new Set(further.slice(0, FURTHER_MAX))],
  });
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
