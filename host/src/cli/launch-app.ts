import { serveApp } from "../app/start.ts";
import type { Replaced, ServingApp } from "../app/start.ts";
import type { Config } from "../contracts/config.ts";
import type { Output, Terminal } from "./output.ts";
import { describeSummary, printSummary } from "./print-summary.ts";
import { createProcessLogger } from "./process-logger.ts";

export interface LaunchOptions {
  readonly terminal: Terminal;
  readonly output: Output;
  /** Instead of `server.port`. */
  readonly port: number | undefined;
}

/** Starts an application, in the place of another one or alone, and says what it serves. */
export async function launchApp(
  config: Config,
  { terminal, output, port = config.server.port }: LaunchOptions,
  replaced?: Replaced,
): Promise<ServingApp> {
  const stream = output.isJson ? terminal.err : terminal.out;
  const logger = createProcessLogger(config.logging, terminal, stream);
  const app = await serveApp({ ...config, server: { ...config.server, port } }, logger, replaced);
  printSummary(app.summary, output, terminal.directory);
  output.json(describeSummary(app.summary));
  return app;
}
