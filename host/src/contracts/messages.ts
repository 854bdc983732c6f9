/** What on_message wants done; one that wants nothing leaves the state as it is. */
export interface MessageAnswer {
  /** JSON on one line, for the next message of the connection. */
  readonly state: string | undefined;
  /** Whether the connection is closed when the bytes are sent. */
  readonly close: boolean;
  /** What is sent to the peer. */
  readonly bytes: Uint8Array | undefined;
}
