const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Resolves with the first stop signal. Ctrl+C behind it ends the process at once: whoever presses it
 * twice does not want to wait for slow clients. A second SIGTERM says nothing new: who ends a whole
 * group sends it to us and to the launcher, which passes it on.
 */
export async function untilSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isStopping = false;
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (isStopping && signal === "SIGINT") process.exit(130);
      isStopping = true;
      resolve(signal);
    });
  }
  return promise;
}
