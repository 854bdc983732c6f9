const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Resolves with the first stop signal. A second one ends the process at once: whoever presses
 * Ctrl+C twice does not want to wait for slow clients.
 */
export async function untilSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isStopping = false;
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      if (isStopping) process.exit(130);
      isStopping = true;
      resolve(signal);
    });
  }
  return promise;
}
