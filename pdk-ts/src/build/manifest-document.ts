import type * as yaml from "yaml";
import { BuildError, type BuildPosition } from "./build-error.ts";
import { MANIFEST_FILE } from "./locate-source.ts";

/** plugin.yaml as plain data, with the place of everything in it. */
export interface ManifestDocument {
  readonly data: Readonly<Record<string, unknown>>;
  /** Where the key at the end of a path stands; where its parent stands when there is none. */
  readonly positionOf: (path: readonly string[]) => BuildPosition;
}

/** Reads plugin.yaml. Only what is not YAML, or no map, is refused here. */
export async function readManifestDocument(text: string): Promise<ManifestDocument> {
  // Loaded here so that importing the build costs nothing until there is something to build.
  const parser = await import("yaml");
  const lines = new parser.LineCounter();
  const document = parser.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [error, ...others] = document.errors;
  if (error !== undefined) {
    const notes = others.map((other) => {
      const { line, column } = place(lines, other.pos[0]);
      return `${MANIFEST_FILE}:${line}:${column}: ${other.message}`;
    });
    throw invalid(error.message, place(lines, error.pos[0]), notes);
  }
  parser.visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) return;
      const message = `*${alias.source} leads nowhere: no &${alias.source} stands before it`;
      throw invalid(message, place(lines, alias.range?.[0] ?? 0));
    },
  });
  const data = toData(document);
  if (data === undefined) {
    throw invalid("expected keys such as name, version and hooks", place(lines, 0));
  }
  const positionOf = (path: readonly string[]): BuildPosition =>
    place(lines, offsetOf(document, path, parser));
  return { data, positionOf };
}

function invalid(
  message: string,
  position: BuildPosition,
  notes: readonly string[] = [],
): BuildError {
  return new BuildError("manifest_invalid", message, { position, notes });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toData(document: yaml.Document): Readonly<Record<string, unknown>> | undefined {
  try {
    const data: unknown = document.toJS();
    return isObject(data) ? data : undefined;
  } catch (cause) {
    const position = { file: MANIFEST_FILE, line: 1, column: 1 };
    throw new BuildError("manifest_invalid", "aliases multiply beyond all use", {
      position,
      cause,
    });
  }
}

function place(lines: yaml.LineCounter, offset: number): BuildPosition {
  const { line, col } = lines.linePos(offset);
  return { file: MANIFEST_FILE, line: Math.max(line, 1), column: Math.max(col, 1) };
}

/** Offset of the deepest key of `path` that exists. */
function offsetOf(
  document: yaml.Document,
  path: readonly string[],
  { isMap, isScalar }: Pick<typeof yaml, "isMap" | "isScalar">,
): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const key of path) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (pair === undefined || !isScalar(pair.key)) break;
    offset = pair.key.range?.[0] ?? offset;
    node = pair.value;
  }
  return offset;
}
