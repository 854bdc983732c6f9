/** A time that a schedule has come to. */
export class Tick {
  /** @internal The host makes ticks. */
  constructor(
    /** Of the schedule. */
    readonly name: string,
    /** RFC 3339, in UTC. */
    readonly at: string,
  ) {}
}
