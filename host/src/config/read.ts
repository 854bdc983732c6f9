import { LineCounter, parseAllDocuments } from "yaml";
import type { Document, YAMLError } from "yaml";
import { BackworksError } from "../lib/errors.ts";
import type { SourcePosition } from "../lib/errors.ts";
import { escapeText } from "../lib/escape.ts";
import { DEPTH_MAX, NodeReader } from "./node-reader.ts";
import { printExcerpt } from "./excerpt.ts";
import type { ConfigNode } from "./node.ts";
import { Problems } from "./problems.ts";
import { YamlSource } from "./yaml-source.ts";

/** A YAML parser takes 2 s for 1 MiB of the worst text, and no hand-written configuration is near. */
export const CONFIG_BYTES_MAX: number = 1024 * 1024;

/** After the first error of a YAML text most others are its echo. */
const SYNTAX_ERRORS_MAX = 3;

/** Reads one YAML (or JSON) document. Every value knows its position; nothing is interpolated yet. */
export function readYaml(text: string, file: string): ConfigNode {
  const lines = new LineCounter();
  const documents: readonly Document[] = parseAllDocuments(text, {
    lineCounter: lines,
    prettyErrors: false,
    // The library compares each key with every other one; `NodeReader` does it in linear time.
    uniqueKeys: false,
    logLevel: "silent",
  });
  const source = new YamlSource(file, text, lines);
  const problems = new Problems();
  const [document, second] = documents;
  if (document === undefined) {
    throw new BackworksError("config_syntax", "the file is empty: expected a map of keys", {
      position: source.position(0),
    });
  }
  reportSyntax(document, source, problems);
  if (second !== undefined) {
    const message = `a second document begins here: expected one, remove the "---" before it`;
    problems.add("config_syntax", message, source.position(second.contents?.range?.[0] ?? 0));
  }
  problems.throwIfAny();
  const node = new NodeReader(source, problems).read(document.contents, 0);
  problems.throwIfAny();
  return node;
}

function reportSyntax(document: Document, source: YamlSource, problems: Problems): void {
  const found: readonly YAMLError[] = [...document.errors, ...document.warnings];
  // The library ran out of stack, and says so in words about itself.
  if (found.some((error) => error.code === "RESOURCE_EXHAUSTION")) {
    const message = `values are nested too deep: expected at most ${DEPTH_MAX} levels`;
    problems.add("config_syntax", message, source.position(0));
    return;
  }
  for (const error of found.slice(0, SYNTAX_ERRORS_MAX)) {
    const position = source.position(error.pos[0]);
    const said = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`;
    const message = `${escapeText(said)}${HINTS.get(error.code) ?? ""}`;
    problems.add("config_syntax", message + shown(source, position), position);
  }
}

/** What is not closed is missed at the end, where there is nothing to show. */
function shown(source: YamlSource, position: SourcePosition): string {
  const excerpt = printExcerpt(source.text, position);
  return excerpt === undefined ? ": the file ends here" : `\n${excerpt}`;
}

/** What the library's message leaves open. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ["TAB_AS_INDENT", ": use spaces"],
  ["BLOCK_AS_IMPLICIT_KEY", ': put a value that contains ": " in quotes'],
  ["TAG_RESOLVE_FAILED", ": remove the tag"],
]);
