import { expect } from "vitest";
import { TestFolder, type Files } from "./folder.ts";
import { startCommand, type RunningCommand } from "./terminal.ts";

/** An application that follows its files. */
export interface Watched extends AsyncDisposable {
  readonly folder: TestFolder;
  readonly command: RunningCommand;
  readonly url: string;
  /** What a request is answered, as `200 text`. */
  readonly get: (path: string) => Promise<string>;
}

/** `start --watch` of these files. */
export async function startWatch(files: Files): Promise<Watched> {
  return watchFolder(await TestFolder.create(files));
}

/** The same of a folder that is there; it goes with the command. */
export async function watchFolder(folder: TestFolder): Promise<Watched> {
  const command = startCommand(["start", "--watch"], { directory: folder.path });
  const [, url = ""] = await command.err.until(/Listening on (\S+)/);
  return {
    folder,
    command,
    url,
    get: async (path) => {
      const response = await fetch(new URL(path, url));
      return `${response.status} ${await response.text()}`;
    },
    [Symbol.asyncDispose]: async () => {
      command.stop();
      expect((await command.ended).exit).toBe(0);
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Requests that go on. */
export interface Asking {
  readonly count: () => number;
  /** All different answers so far; rejects when a request was refused. */
  readonly stop: () => Promise<ReadonlySet<string>>;
}

/** Asks again and again, each time on a connection of its own. */
export function ask({ url }: Watched, path: string): Asking {
  const answers = new Set<string>();
  const over = new AbortController();
  let count = 0;
  const asking = (async () => {
    while (!over.signal.aborted) {
      const response = await fetch(new URL(path, url), { headers: { connection: "close" } });
      const text = (await response.text()).replace(/"traceId":"\w+"/, "");
      answers.add(`${response.status} ${text}`);
      count++;
    }
  })();
  return {
    count: () => count,
    stop: async () => {
      over.abort();
      await asking;
      return answers;
    },
  };
}
