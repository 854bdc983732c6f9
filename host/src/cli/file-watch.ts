import { lstatSync, watch as watchDirectory } from "node:fs";
import type { FSWatcher } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Config } from "../contracts/config.ts";
import { systemClock } from "../lib/clock.ts";
import { hasErrorCode } from "../lib/errors.ts";

/** An editor writes a file in several steps: nothing is looked at until all is quiet. */
const QUIET_MS = 150;
/** A module is copied in many more steps, and one that is there in part is damaged. */
const COPIED_MS = 300;
/** What changes for longer keeps nobody else's change waiting. */
const RESTLESS_MAX_MS = 30_000;
const WATCHED = /\.(ya?ml|json|wasm)$/;

/** Watches the folders of a configuration: editors and orchestrators replace files and swap links. */
export class FileWatch implements Disposable {
  #watchers: readonly FSWatcher[] = [];
  #change = Promise.withResolvers<string>();
  #quietAtMs = 0;
  #again: NodeJS.Timeout | undefined;

  constructor(config: Config) {
    this.follow(config);
  }

  /** Watches the folders of this configuration from now on. */
  follow(config: Config): void {
    const former = this.#watchers;
    const { directories, recursive } = config.discovery;
    const own = new Set([
      config.directory,
      ...directories,
      ...config.plugins.flatMap(({ path }) => (path === undefined ? [] : [dirname(path)])),
    ]);
    // Nothing in a directory tells that another one was put in its place.
    const above = directories.map((directory) => dirname(directory));
    this.#watchers = [...new Set([...own, ...above])].flatMap((directory) => {
      const watcher = watchIfThere(directory, recursive && directories.includes(directory));
      watcher?.on("change", (_event, file) => {
        const name = String(file);
        const path = join(directory, name);
        const isAnother = directories.some((each) => `${each}${sep}`.startsWith(`${path}${sep}`));
        const isOwn = own.has(directory) && (WATCHED.test(name) || isLink(path));
        if (!isAnother && !isOwn) return;
        // At once: what is copied into it is to be seen.
        if (isAnother) this.follow(config);
        this.#changed(name, path === config.file ? QUIET_MS : COPIED_MS);
      });
      // The folder is gone in a way that nobody is told of: what is there instead is looked at.
      watcher?.on("error", () => this.#changed(directory, COPIED_MS));
      return watcher ?? [];
    });
    // Last, so that nobody looks away in between.
    for (const watcher of former) watcher.close();
  }

  #changed(name: string, quietMs: number): void {
    this.#quietAtMs = Math.max(this.#quietAtMs, systemClock.monotonicMs() + quietMs);
    this.#change.resolve(`${name} changed`);
  }

  /** Lets `next` say so after a time, unless something changes before. */
  lookAgain(what: string, delayMs: number): void {
    this.#again = setTimeout(() => this.#change.resolve(what), delayMs);
  }

  /** What happened first, once all files are quiet. */
  async next(): Promise<string> {
    const what = await this.#change.promise;
    clearTimeout(this.#again);
    const latestMs = systemClock.monotonicMs() + RESTLESS_MAX_MS;
    for (;;) {
      const waitMs = Math.min(this.#quietAtMs, latestMs) - systemClock.monotonicMs();
      if (waitMs <= 0) break;
      await systemClock.sleep(waitMs);
    }
    this.#change = Promise.withResolvers<string>();
    return what;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#again);
    for (const watcher of this.#watchers) watcher.close();
  }
}

/** None for a directory that is not there, or that nobody may read. */
function watchIfThere(directory: string, recursive: boolean): FSWatcher | undefined {
  try {
    return watchDirectory(directory, { recursive });
  } catch (error) {
    const codes = ["ENOENT", "ENOTDIR", "EACCES", "EPERM"];
    if (codes.some((code) => hasErrorCode(error, code))) return undefined;
    throw error;
  }
}

/** Kubernetes swaps all files of a folder at once: they are links through `..data`, which is one. */
function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
