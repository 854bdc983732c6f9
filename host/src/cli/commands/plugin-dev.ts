import { resolve } from "node:path";
import type { BuildTarget } from "@backworks/pdk/build";
import { Option, type Command } from "commander";
import { BackworksError, BackworksErrors } from "../../lib/errors.ts";
import type { CommandContext } from "../context.ts";
import { locateFolder } from "../build-source.ts";
import { DevSession } from "../dev/dev-session.ts";
import { SourceWatch } from "../dev/source-watch.ts";
import { EXIT } from "../exit.ts";
import { launchApp } from "../launch-app.ts";
import { Output } from "../output.ts";
import { parsePort } from "../parse-port.ts";
import { watchApp } from "../watch.ts";

interface CommandOptions {
  readonly application?: string;
  readonly config?: string;
  readonly target?: BuildTarget;
  readonly port?: number;
  readonly json: boolean;
}

const DEFAULT_PORT = 8080;

export function addDevCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("dev")
    .description("serve a plugin, and build it anew whenever a source is saved")
    .argument("[source]", "a folder with a plugin.yaml, or a .ts file beside one", ".")
    .option("-a, --application <file>", "a backworks.yaml to run it in, instead of one of its own")
    .option("-c, --config <file>", "configuration of the plugin, as below plugins.NAME.config")
    .option("-p, --port <number>", `port to listen on (default: ${DEFAULT_PORT})`, parsePort)
    .addOption(new Option("-t, --target <target>", "as in plugin build").choices(["full", "fast"]))
    .option("--json", "print the start-up summary as one line of JSON for each start", false)
    .addHelpText(
      "after",
      `
Without --application the plugin gets every request from this machine (127.0.0.1), and every right
that it asks for; secrets come from the environment (api_key from API_KEY). What it keeps (kv) stays
from one build to the next, in .backworks/dev of its folder. A source that does not build leaves the
last good plugin serving.

Examples:
  backworks plugin dev
  backworks plugin dev hello -p 9000 -c hello.config.yaml
  backworks plugin dev hello --application ../app/backworks.yaml`,
    )
    .action(async (source: string, options: CommandOptions) => dev(source, options, context));
}

async function dev(
  named: string,
  options: CommandOptions,
  { terminal, finish }: CommandContext,
): Promise<void> {
  const output = new Output(terminal, options.json);
  const at = (path: string | undefined): string | undefined =>
    path === undefined ? undefined : resolve(terminal.directory, path);
  const { application, config, target, port } = options;
  if (application !== undefined && config !== undefined) {
    const message = "--config is for a plugin without --application: configure it in that file";
    throw new BackworksError("usage", message);
  }
  const source = resolve(terminal.directory, named);
  const folder = await locateFolder(source, terminal.directory);
  const session = new DevSession(
    {
      source,
      folder,
      target,
      application: at(application),
      configFile: at(config),
      port: port ?? DEFAULT_PORT,
    },
    terminal,
    output,
  );
  const stopped = terminal.stopSignal();
  using watch = new SourceWatch(folder);
  if (await buildFirst(session, watch, stopped, output)) {
    // An application that cannot start, on a port in use, ends the building too.
    const over = Promise.withResolvers<undefined>();
    const building = rebuild(session, watch, Promise.race([stopped, over.promise]), output);
    try {
      await watchApp({
        launch: async (loaded, replaced) => launchApp(loaded, { terminal, output, port }, replaced),
        load: async () => session.loadApplication(),
        stopped,
        output,
      });
    } finally {
      over.resolve(undefined);
      await building;
    }
  }
  finish(EXIT.ok);
}

/** False when the process is asked to stop before anything could be built. */
async function buildFirst(
  session: DevSession,
  watch: SourceWatch,
  stopped: Promise<string>,
  output: Output,
): Promise<boolean> {
  while (!(await tryBuild(session, output))) {
    output.note("  waiting for a correction");
    const changed = await Promise.race([watch.next(), stopped.then(() => undefined)]);
    if (changed === undefined) return false;
  }
  return true;
}

/** The application notices the new module by itself. */
async function rebuild(
  session: DevSession,
  watch: SourceWatch,
  stopped: Promise<unknown>,
  output: Output,
): Promise<void> {
  for (;;) {
    const changed = await Promise.race([watch.next(), stopped.then(() => undefined)]);
    if (changed === undefined) return;
    output.note(`  ${changed} saved`);
    if (!(await tryBuild(session, output))) output.note("  still serving the last good build");
  }
}

async function tryBuild(session: DevSession, output: Output): Promise<boolean> {
  try {
    await session.build();
    return true;
  } catch (error) {
    if (!(error instanceof BackworksError || error instanceof BackworksErrors)) throw error;
    output.error(error);
    return false;
  }
}
