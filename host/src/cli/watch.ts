import { existsSync } from "node:fs";
import { findRouteProblems } from "../app/validate.ts";
import type { Replaced } from "../app/start.ts";
import type { Config } from "../contracts/config.ts";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { systemClock } from "../lib/clock.ts";
import { partsOf } from "../lib/join-errors.ts";
import { GuardsGoneError } from "../plugins/gone.ts";
import { Absences } from "./absences.ts";
import { FileWatch } from "./file-watch.ts";
import type { LaunchedApp } from "./launch-app.ts";
import type { Output } from "./output.ts";

/** Applications that were replaced and still answer what they have begun: each holds its memory. */
const LEAVING_MAX = 3;
const NOBODY: ReadonlySet<string> = new Set();

export interface WatchOptions {
  /** Starts the application from the files as they are now, in the place of another. */
  readonly launch: (config: Config, replaced?: Replaced) => Promise<LaunchedApp>;
  readonly load: () => Promise<Config>;
  /** Resolves when the process is asked to stop. */
  readonly stopped: Promise<string>;
  readonly output: Output;
}

/**
 * Keeps an application running over changes of its files. What the files say now is started beside
 * it, and takes its place when it is ready; a configuration that does not load, or refuses a plugin
 * that runs, leaves the running application as it is and says so. One without a guard of its routes
 * waits until that has been away for a while.
 */
export async function watchApp({ launch, load, stopped, output }: WatchOptions): Promise<void> {
  const config = await load();
  using watch = new FileWatch(config);
  let directories = findDirectories(config);
  let app = await launch(config);
  let absences = new Absences(systemClock);
  const leaving = new Set<Promise<void>>();
  for (;;) {
    const what = await Promise.race([watch.next(), stopped.then(() => undefined)]);
    if (what === undefined) break;
    output.note(`  ${what}`);
    if (leaving.size >= LEAVING_MAX) {
      const signal = await Promise.race([...leaving, stopped]);
      // Nobody would ask what is started now.
      if (signal !== undefined) break;
    }
    try {
      const next = await load();
      const present = findDirectories(next);
      throwProblems(next, directories, present);
      // Watching starts before the files are used: a save during the start is not missed.
      watch.follow(next);
      const before = app;
      app = await launch(next, { app: before, released: absences.over() });
      directories = present;
      const left = before.stop().finally(() => leaving.delete(left));
      leaving.add(left);
    } catch (error) {
      if (error instanceof GuardsGoneError) {
        waitFor(error.guards, absences, watch, output);
        continue;
      }
      if (!(error instanceof BackworksError || error instanceof BackworksErrors)) throw error;
      output.error(error);
      output.note("  still serving as before");
      app.logRefusal(partsOf(error));
    }
    absences = new Absences(systemClock);
  }
  output.note(`  ${await stopped}: finishing the requests in flight`);
  await Promise.all([app.stop(), ...leaving]);
}

/** Who replaces a file removes it first: its routes must not be open in between. */
function waitFor(
  guards: ReadonlySet<string>,
  absences: Absences,
  watch: FileWatch,
  output: Output,
): void {
  const waitMs = absences.see(guards);
  const names = [...guards].map((name) => `plugin "${name}"`).join(", ");
  const seconds = (waitMs / 1000).toFixed(1);
  output.note(
    `  without ${names}, which guards routes: still serving as before, ${seconds} s more`,
  );
  watch.lookAgain(`${names} stayed away`, waitMs);
}

/** Directories that plugins are found in, and that are there. */
function findDirectories({ discovery: { enabled, directories } }: Config): ReadonlySet<string> {
  return enabled ? new Set(directories.filter((directory) => existsSync(directory))) : NOBODY;
}

/** What is in a directory that is away for a moment was not removed. */
function throwProblems(
  config: Config,
  before: ReadonlySet<string>,
  present: ReadonlySet<string>,
): void {
  const { enabled, directories } = config.discovery;
  const gone = directories.filter((each) => enabled && before.has(each) && !present.has(each));
  const problems = [
    ...gone.map(
      (file) =>
        new BackworksError(
          "plugin_file_missing",
          `the directory ${file} is gone, where plugins are found: put it back; an empty one removes them`,
          { position: { file } },
        ),
    ),
    ...findRouteProblems(config),
  ];
  if (problems.length > 0) throw new BackworksErrors(problems);
}
