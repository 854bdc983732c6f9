import { RE2JS } from "re2js";

/** A pattern costs memory by its length before it matches anything. */
const PATTERN_LENGTH_MAX = 1000;

interface Pattern {
  readonly test: (text: string) => boolean;
  /** The source: ajv keeps one compiled pattern for each text this gives. */
  readonly toString: () => string;
}

/**
 * A regular expression of JSON Schema with the cost of its text's length, whatever it says. Patterns
 * come from plugins and configuration: `(a+)+$` on 28 characters holds V8's own engine for 17 s.
 * Throws for what such an engine cannot do: look-around, back references, huge repetitions.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > PATTERN_LENGTH_MAX) {
    throw new SyntaxError(`a pattern has at most ${PATTERN_LENGTH_MAX} characters`);
  }
  const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
  return { test: (text) => compiled.matcher(text).find(), toString: () => source };
}
