import { serveApp } from "../app/start.ts";
import type { Replaced, ServingApp } from "../app/start.ts";
import type { Config } from "../contracts/config.ts";
import type { BackworksError } from "../lib/errors.ts";
import { escapeLines } from "../lib/escape.ts";
import type { Output, Terminal } from "./output.ts";
import { describeSummary, printSummary } from "./print-summary.ts";
import { createProcessLogger, isPretty } from "./process-logger.ts";

export interface LaunchOptions {
  readonly terminal: Terminal;
  readonly output: Output;
  /** Instead of `server.port`. */
  readonly port: number | undefined;
}

/** An application that says in its log why another one could not take its place. */
export interface LaunchedApp extends ServingApp {
  /** Nothing in a log for people: they have read it already, with what to do. */
  readonly logRefusal: (errors: readonly BackworksError[]) => void;
}

/** Starts an application, in the place of another one or alone, and says what it serves. */
export async function launchApp(
  config: Config,
  { terminal, output, port = config.server.port }: LaunchOptions,
  replaced?: Replaced,
): Promise<LaunchedApp> {
  const stream = output.isJson ? terminal.err : terminal.out;
  const logger = createProcessLogger(config.logging, terminal, stream);
  const app = await serveApp({ ...config, server: { ...config.server, port } }, logger, replaced);
  printSummary(app.summary, output, terminal.directory);
  output.json(describeSummary(app.summary));
  const logRefusal = (errors: readonly BackworksError[]): void => {
    if (isPretty(config.logging, stream)) return;
    for (const { code, message, position } of errors) {
      const why = `change not taken over, still serving as before: ${escapeLines(message)}`;
      logger.error({ code, ...position }, why);
    }
  };
  return { ...app, logRefusal };
}
