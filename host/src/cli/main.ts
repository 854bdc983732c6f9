import { Command, CommanderError } from "commander";
import { BackworksError, BackworksErrors } from "../lib/errors.ts";
import { VERSION } from "../lib/version.ts";
import { addPluginCommands } from "./commands/plugin.ts";
import { addStartCommand } from "./commands/start.ts";
import { addValidateCommand } from "./commands/validate.ts";
import type { CommandContext } from "./context.ts";
import { EXIT } from "./exit.ts";
import type { ExitCode } from "./exit.ts";
import { Output } from "./output.ts";
import type { Terminal } from "./output.ts";
import { untilSignal } from "./signals.ts";

/** Runs the command line and answers the exit code; nothing below it ends the process. */
export async function main(
  args: readonly string[],
  terminal: Terminal = processTerminal(),
): Promise<ExitCode> {
  let exit: ExitCode = EXIT.ok;
  const context: CommandContext = {
    terminal,
    finish: (code) => {
      exit = code;
    },
  };
  const program = createProgram(context);
  try {
    await program.parseAsync([...args], { from: "user" });
    return exit;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      if (args.includes("--json")) {
        // The sentence is on standard error already; whoever reads JSON gets one document, whatever happens.
        const message = error.message.replace(/^error: /, "");
        new Output(terminal, true).error(new BackworksError("usage", message));
      }
      return EXIT.usage;
    }
    if (error instanceof BackworksError || error instanceof BackworksErrors) {
      new Output(terminal, args.includes("--json")).error(error);
      return exitCodeOf(error);
    }
    throw error;
  }
}

function createProgram(context: CommandContext): Command {
  const program: Command = new Command("backworks")
    .description(
      "One YAML file becomes an HTTP backend; everything beyond the core is a sandboxed plugin.",
    )
    .version(VERSION, "-V, --version")
    .configureOutput({
      writeOut: (text) => void context.terminal.out.write(text),
      writeErr: (text) => void context.terminal.err.write(text),
      outputError: (text, write) => write(hintAtPlugin(text, program)),
    })
    .showHelpAfterError("(add --help for the options and examples)")
    .helpCommand(false)
    .exitOverride();
  addStartCommand(program, context);
  addValidateCommand(program, context);
  addPluginCommands(program, context);
  return program.addHelpText(
    "after",
    `
Exit codes:
  0  done
  1  what was checked or built is wrong
  2  the command line is wrong
  3  the configuration or the machine does not let it run`,
  );
}

/** `backworks new` where `backworks plugin new` is meant: nothing is as near as the same word. */
function hintAtPlugin(text: string, program: Command): string {
  const [, unknown] = /^error: unknown command '(.*)'$/m.exec(text) ?? [];
  const plugin = program.commands.find((command) => command.name() === "plugin");
  if (!plugin?.commands.some((command) => command.name() === unknown)) return text;
  return `error: unknown command '${unknown}'\n(Did you mean plugin ${unknown}?)\n`;
}

function exitCodeOf(error: BackworksError | BackworksErrors): ExitCode {
  const first = error instanceof BackworksErrors ? error.errors[0] : error;
  if (first === undefined) return EXIT.failed;
  if (first.code === "usage") return EXIT.usage;
  return /^(config|server)_/.test(first.code) ? EXIT.environment : EXIT.failed;
}

function processTerminal(): Terminal {
  // A reader who has seen enough, such as head, closes the pipe: nobody is left to be told anything.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(EXIT.environment);
    throw error;
  });
  return {
    in: process.stdin,
    out: process.stdout,
    err: process.stderr,
    env: process.env,
    directory: process.cwd(),
    stopSignal: untilSignal,
  };
}
