/** What one guest may take. */
export interface GuestLimits {
  /** Head and body of what a call is given. */
  readonly inputBytesMax: number;
  readonly outputBytesMax: number;
  /** Kernel memory: input, output and all blocks of one call. */
  readonly kernelBytesMax: number;
  /** What `var_set` may keep, keys and values. */
  readonly variableBytesMax: number;
  /** The rest of one call's records is counted, not logged. */
  readonly logRecordsMax: number;
  readonly logRecordLengthMax: number;
  /** Text of `error_set` that is kept. */
  readonly errorBytesMax: number;
  /** Instances of one plugin; calls are synchronous, so that one serves them all. */
  readonly instancesMax: number;
  /** Calls that may wait while an instance is made. */
  readonly waitersMax: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: GuestLimits = {
  // A body of 1 MiB, and room for the headers and parameters before it.
  inputBytesMax: MIB + 64 * 1024,
  outputBytesMax: MIB,
  kernelBytesMax: 16 * MIB,
  variableBytesMax: MIB,
  logRecordsMax: 64,
  logRecordLengthMax: 1024,
  errorBytesMax: 4096,
  instancesMax: 1,
  waitersMax: 1000,
};
