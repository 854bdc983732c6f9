import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { sep } from "node:path";
import { systemClock } from "../../lib/clock.ts";

/** An editor writes a file in several steps. */
const QUIET_MS = 60;
const SOURCES = /\.(ts|mts|js|mjs|json|ya?ml|txt)$/;
/** Beside the sources, and not in the module. */
const CHECKS: ReadonlySet<string> = new Set(["cases.yaml", "fuel.lock.json"]);
/** What is made from sources, or brought along. */
const OTHERS: ReadonlySet<string> = new Set(["node_modules", "dist", ".backworks", ".git", "test"]);

/** Watches the sources of a plugin. */
export class SourceWatch implements Disposable {
  readonly #watcher: FSWatcher;
  #change = Promise.withResolvers<string>();
  #lastMs = 0;

  constructor(folder: string) {
    this.#watcher = watch(folder, { recursive: true }, (_event, name) => {
      if (name === null || !isSource(name)) return;
      this.#lastMs = systemClock.monotonicMs();
      this.#change.resolve(name);
    });
  }

  /** The first file that has changed since the last call, once nothing changes any more. */
  async next(): Promise<string> {
    const name = await this.#change.promise;
    for (;;) {
      const restMs = this.#lastMs + QUIET_MS - systemClock.monotonicMs();
      if (restMs <= 0) break;
      await systemClock.sleep(restMs);
    }
    this.#change = Promise.withResolvers<string>();
    return name;
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}

function isSource(name: string): boolean {
  const parts = name.split(sep);
  return SOURCES.test(name) && !CHECKS.has(name) && !parts.some((part) => OTHERS.has(part));
}
