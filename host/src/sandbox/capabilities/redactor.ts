/** Replaces what must not be seen. */
export type Redact = (text: string) => string;

const MASK = "***";

/** Shorter ones are parts of ordinary words: masking them would tell where they stand. */
const LENGTH_MIN = 4;

const keep: Redact = (text) => text;

/**
 * Makes the filter for what a plugin logs and reports: every value, also as it stands in a URL or in
 * JSON, becomes `***`. Of a value with several lines (a key in PEM) each line is masked, since guests
 * log line by line. No filter finds a value that the guest has changed: it keeps accidents out of the
 * logs, and the grant is what keeps secrets from a plugin.
 */
export function createRedactor(values: Iterable<string>): Redact {
  const parts = new Set<string>();
  for (const value of values) {
    for (const line of [value, ...value.split(/\r?\n/)]) {
      for (const form of [line, encodeURIComponent(line), JSON.stringify(line).slice(1, -1)]) {
        if (form.length >= LENGTH_MIN) parts.add(form);
      }
    }
  }
  // The longest first: a value that holds another one is masked whole.
  const sorted = [...parts].toSorted((a, b) => b.length - a.length);
  if (sorted.length === 0) return keep;
  return (text) => sorted.reduce((masked, part) => masked.replaceAll(part, MASK), text);
}
