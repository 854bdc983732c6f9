/** Beyond this no date exists (ECMA-262 21.4.1.1). */
export const TIME_MS_MAX = 8.64e15;

/** ISO 8601 in UTC with milliseconds; `ms` is within `TIME_MS_MAX`. */
export function printTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Milliseconds since 1970-01-01T00:00:00Z, or nothing when `text` is no ISO 8601 date or time. */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:$|[T ])/.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
