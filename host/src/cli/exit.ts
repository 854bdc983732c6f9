/** Exit codes that scripts can rely on. */
export const EXIT = {
  ok: 0,
  /** What was checked, built or called is wrong. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The configuration or the machine does not let it run: bad YAML, port in use. */
  environment: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
