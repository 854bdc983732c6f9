import type { Command } from "commander";
import type { Replaced } from "../../app/start.ts";
import { loadConfig } from "../../config/load.ts";
import type { Config } from "../../contracts/config.ts";
import { EXIT } from "../exit.ts";
import { configFileOf } from "../context.ts";
import type { CommandContext } from "../context.ts";
import { launchApp, type LaunchedApp } from "../launch-app.ts";
import { Output } from "../output.ts";
import { parsePort } from "../parse-port.ts";
import { watchApp } from "../watch.ts";

interface StartOptions {
  readonly config?: string;
  readonly port?: number;
  readonly watch: boolean;
  readonly json: boolean;
}

export function addStartCommand(program: Command, context: CommandContext): void {
  program
    .command("start")
    .description("serve the endpoints of a backworks.yaml")
    .option("-c, --config <file>", "configuration file (default: backworks.yaml and its old names)")
    .option("-p, --port <number>", "port to listen on, instead of server.port", parsePort)
    .option("-w, --watch", "take over changes of the configuration and plugins", false)
    .option("--json", "print the start-up summary as one line of JSON", false)
    .addHelpText(
      "after",
      `
Logs go to standard output, with --json to standard error: for people on a terminal, JSON lines
in a pipe.

With --watch, what changed is started first and then takes the place of what runs, without refusing
a request. A change that does not load, or with which a plugin that runs is refused, leaves the last
good one serving; JSON logs have an error line then. A plugin is removed with its file, and its
NAME.plugin.yaml if it has one: one that guards routes (critical, or with authenticate or authorize)
when it has been away for 2 seconds, with a warning. A directory of plugins that is gone removes
nothing.

Examples:
  backworks start
  backworks start -c examples/quickstart/backworks.yaml -p 9000
  backworks start --watch
  backworks start --json | jq .url`,
    )
    .action(async (options: StartOptions) => start(options, context));
}

async function start(options: StartOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const output = new Output(terminal, options.json);
  const file = await configFileOf(options.config, terminal);
  const load = async (): Promise<Config> => loadConfig(file, terminal.env);
  const { port } = options;
  const launch = async (config: Config, replaced?: Replaced): Promise<LaunchedApp> =>
    launchApp(config, { terminal, output, port }, replaced);
  const stopped = terminal.stopSignal();
  if (options.watch) {
    await watchApp({ launch, load, stopped, output });
  } else {
    const app = await launch(await load());
    output.note(`  ${await stopped}: finishing the requests in flight`);
    await app.stop();
  }
  context.finish(EXIT.ok);
}
