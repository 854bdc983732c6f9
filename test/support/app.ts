import { join } from "node:path";
import { startApp } from "../../host/src/app/start.ts";
import type { StartSummary } from "../../host/src/app/summary.ts";
import { loadConfig } from "../../host/src/config/load.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import type { Logger } from "../../host/src/lib/logger.ts";
import { TestFolder } from "./folder.ts";
import type { Files } from "./folder.ts";

export { TestFolder } from "./folder.ts";

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger that keeps its records. */
export function createTestLogger(records: LogRecord[] = []): {
  readonly logger: Logger;
  readonly records: LogRecord[];
} {
  const write = (line: string): void => {
    records.push(JSON.parse(line));
  };
  return { logger: createLogger({ level: "debug", destination: { write } }), records };
}

/** A whole application on a free port of the loopback, made from files. */
export interface TestApp extends AsyncDisposable {
  readonly summary: StartSummary;
  readonly records: readonly LogRecord[];
  readonly folder: TestFolder;
  readonly fetch: (path: string, init?: RequestInit) => Promise<Response>;
}

export interface TestAppOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Where its records go, for a test of an application that does not start. */
  readonly records?: LogRecord[];
}

/** Starts `backworks.yaml` of `files`; the server settings are the test's. */
export async function startTestApp(files: Files, options: TestAppOptions = {}): Promise<TestApp> {
  const folder = await TestFolder.create(files);
  const config = await loadConfig(join(folder.path, "backworks.yaml"), {});
  const { logger, records } = createTestLogger(options.records);
  const server = { ...config.server, host: "127.0.0.1", port: options.port ?? 0 };
  const app = await startApp({ ...config, server }, logger);
  return {
    summary: app.summary,
    records,
    folder,
    fetch: async (path, init) => fetch(new URL(path, app.summary.url), init),
    [Symbol.asyncDispose]: async () => {
      await app.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}
