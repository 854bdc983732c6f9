import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startApp } from "../../host/src/app/start.ts";
import type { StartSummary } from "../../host/src/app/summary.ts";
import { loadConfig } from "../../host/src/config/load.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import type { Logger } from "../../host/src/lib/logger.ts";

/** Files of a test's own folder, by path in it. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** A folder that is gone when the test is over. */
export class TestFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(files: Files = {}): Promise<TestFolder> {
    const folder = new TestFolder(await mkdtemp(join(tmpdir(), "backworks-test-")));
    await folder.write(files);
    return folder;
  }

  async write(files: Files): Promise<void> {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(this.path, name)), { recursive: true });
      await writeFile(join(this.path, name), content);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}

export interface LogRecord {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A logger that keeps its records. */
export function createTestLogger(): { readonly logger: Logger; readonly records: LogRecord[] } {
  const records: LogRecord[] = [];
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

/** Starts `backworks.yaml` of `files`; the server settings are the test's. */
export async function startTestApp(files: Files): Promise<TestApp> {
  const folder = await TestFolder.create(files);
  const config = await loadConfig(join(folder.path, "backworks.yaml"), {});
  const { logger, records } = createTestLogger();
  const server = { ...config.server, host: "127.0.0.1", port: 0 };
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
