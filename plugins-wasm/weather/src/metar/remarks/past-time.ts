const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;

/**
 * The full time of a remark's `mm` or `hhmm`: minutes alone lie in the hour before the report.
 * Nothing when it is no time of day.
 */
export function pastTime(digits: string, reportHhmm: string): string | undefined {
  const minute = Number(digits.slice(-2));
  if (minute >= MINUTES_PER_HOUR) return undefined;
  if (digits.length === 4) {
    return Number(digits.slice(0, 2)) < HOURS_PER_DAY ? digits : undefined;
  }
  const reportHour = Number(reportHhmm.slice(0, 2));
  const isEarlierHour = minute > Number(reportHhmm.slice(2));
  const hour = (reportHour + (isEarlierHour ? HOURS_PER_DAY - 1 : 0)) % HOURS_PER_DAY;
  return String(hour).padStart(2, "0") + digits.slice(-2);
}
