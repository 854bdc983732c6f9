/** Event of the process: how many SIGINT its launcher has got by now (bin/backworks.js). */
const INTERRUPTED = "backworks:interrupted";

/**
 * Resolves with the first stop signal. Ctrl+C behind it ends the process at once: whoever presses it
 * twice does not want to wait for slow clients. A second SIGTERM says nothing new: who ends a whole
 * group sends it to us and to the launcher, which passes it on. So it does with SIGINT and says how many
 * there were: what a terminal sends to both is one.
 */
export async function untilSignal(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isStopping = false;
  let interrupts = 0;
  const stop = (signal: "SIGINT" | "SIGTERM"): void => {
    if (isStopping && signal === "SIGINT") process.exit(130);
    isStopping = true;
    resolve(signal);
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => {
    interrupts++;
    stop("SIGINT");
  });
  process.on(INTERRUPTED, (times: number) => {
    if (times <= interrupts) return;
    interrupts = times;
    stop("SIGINT");
  });
  return promise;
}
