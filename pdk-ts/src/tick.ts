/** What `onSchedule` is called with. */
export interface Tick {
  /** Name of the schedule in `backworks.yaml`. */
  readonly name: string;
  /** When it was due, RFC 3339 in UTC: `2026-11-21T10:30:00Z`. */
  readonly at: string;
}
