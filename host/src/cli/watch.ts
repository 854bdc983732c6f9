import { existsSync, watch as watchDirectory } from "node:fs";
import type { FSWatcher } from "node:fs";
import { basename, dirname } from "node:path";
import { findRouteProblems } from "../app/validate.ts";
import type { ServingApp } from "../app/start.ts";
import type { Config } from "../contracts/config.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { systemClock } from "../lib/clock.ts";
import type { Output } from "./output.ts";

/** A build writes a file in several steps: nothing is taken over until the folder is quiet. */
const QUIET_MS = 150;
const WATCHED = /\.(ya?ml|json|wasm)$/;

/** Applications that were replaced and still answer what they have begun: each holds its memory. */
const LEAVING_MAX = 3;

export interface WatchOptions {
  /** Starts the application from the files as they are now, in the place of `before`. */
  readonly launch: (config: Config, before?: ServingApp) => Promise<ServingApp>;
  readonly load: () => Promise<Config>;
  /** Resolves when the process is asked to stop. */
  readonly stopped: Promise<string>;
  readonly output: Output;
}

/**
 * Keeps an application running over changes of its files. What the files say now is started beside
 * it, and takes its place when it is ready; a configuration that does not load, or refuses a plugin
 * that runs, leaves the running application as it is and says so.
 */
export async function watchApp({ launch, load, stopped, output }: WatchOptions): Promise<void> {
  const config = await load();
  using watch = new FileWatch(config);
  let app = await launch(config);
  const leaving = new Set<Promise<void>>();
  for (;;) {
    const changed = await Promise.race([watch.next(), stopped.then(() => undefined)]);
    if (changed === undefined) break;
    output.note(`  ${changed} changed`);
    if (leaving.size >= LEAVING_MAX) {
      const signal = await Promise.race([...leaving, stopped]);
      // Nobody would ask what is started now.
      if (signal !== undefined) break;
    }
    try {
      const next = await load();
      const problems = findRouteProblems(next);
      if (problems.length > 0) throw new BackworksErrors(problems);
      // Watching starts before the files are used: a save during the start is not missed.
      watch.follow(next);
      const before = app;
      app = await launch(next, before);
      const left = before.stop().finally(() => leaving.delete(left));
      leaving.add(left);
    } catch (error) {
      if (!(error instanceof BackworksError || error instanceof BackworksErrors)) throw error;
      output.error(error);
      output.note("  still serving as before");
    }
  }
  output.note(`  ${await stopped}: finishing the requests in flight`);
  await Promise.all([app.stop(), ...leaving]);
}

/** Watches the folders of a configuration: editors and orchestrators replace files and swap links. */
class FileWatch implements Disposable {
  #watchers: readonly FSWatcher[] = [];
  #change = Promise.withResolvers<string>();
  #lastChangeMs = 0;

  constructor(config: Config) {
    this.follow(config);
  }

  /** Watches the folders of this configuration from now on. */
  follow(config: Config): void {
    const former = this.#watchers;
    const recursive = config.discovery.recursive
      ? new Set(config.discovery.directories)
      : new Set();
    this.#watchers = watchedDirectories(config).map((directory) =>
      watchDirectory(directory, { recursive: recursive.has(directory) }, (_event, name) => {
        if (name === null || !isWatched(name, config)) return;
        this.#lastChangeMs = systemClock.monotonicMs();
        this.#change.resolve(name);
      }),
    );
    // Last, so that nobody looks away in between.
    for (const watcher of former) watcher.close();
  }

  /** The name of the first file that changed, once its folder is quiet. */
  async next(): Promise<string> {
    const name = await this.#change.promise;
    while (systemClock.monotonicMs() - this.#lastChangeMs < QUIET_MS) {
      await systemClock.sleep(QUIET_MS);
    }
    this.#change = Promise.withResolvers<string>();
    return name;
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher.close();
  }
}

function watchedDirectories(config: Config): string[] {
  const directories = new Set([config.directory, ...config.discovery.directories]);
  for (const plugin of config.plugins) {
    if (plugin.path !== undefined) directories.add(dirname(plugin.path));
  }
  return [...directories].filter((directory) => existsSync(directory));
}

/** A discovery directory that appears is a change too. */
function isWatched(name: string, config: Config): boolean {
  return (
    WATCHED.test(name) ||
    config.discovery.directories.some((directory) => basename(directory) === name)
  );
}
