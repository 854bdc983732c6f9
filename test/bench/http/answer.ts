/** What every server of the bench answers: a small JSON document. */
export const ANSWER = {
  station: "EDDF",
  report: { windDirDeg: 240, windKt: 12, visM: 9999, tempC: 11, pressHPa: 1016 },
  sky: [{ cover: "SCT", baseFt: 2500 }],
} as const;

/** The path of a route by its place. */
export function pathOf(index: number): string {
  return `/stations/s${index}/report`;
}
