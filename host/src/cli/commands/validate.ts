import { relative } from "node:path";
import type { Command } from "commander";
import { checkConfig } from "../../app/validate.ts";
import { loadConfig } from "../../config/load.ts";
import { printPosition } from "../../lib/errors.ts";
import { escapeText } from "../../lib/escape.ts";
import { configFileOf } from "../context.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output, describeError } from "../output.ts";

interface ValidateOptions {
  readonly config?: string;
  readonly json: boolean;
}

export function addValidateCommand(program: Command, context: CommandContext): void {
  program
    .command("validate")
    .description("check a configuration and all its plugins, without starting anything")
    .option("-c, --config <file>", "configuration file (default: backworks.yaml and its old names)")
    .option("--json", "print the findings as JSON", false)
    .addHelpText(
      "after",
      `
Exits with 1 when a plugin or route is wrong, with 3 when the file itself does not load.

Examples:
  backworks validate
  backworks validate -c staging.yaml --json`,
    )
    .action(async (options: ValidateOptions) => {
      const { terminal, finish } = context;
      const output = new Output(terminal, options.json);
      const file = await configFileOf(options.config, terminal);
      const config = await loadConfig(file, terminal.env);
      const { errors, warnings } = await output.during("checking its plugins", async () =>
        checkConfig(config),
      );
      for (const warning of warnings) {
        output.line(
          `${output.style("yellow", "note")} ${printPosition(warning.position)}\n  ${escapeText(warning.message)}`,
        );
      }
      for (const error of errors) output.line(output.printError(error));
      if (errors.length === 0) {
        const { length } = config.endpoints;
        output.line(
          `${output.style("green", "✓")} ${relative(terminal.directory, file)}  ${length} ${length === 1 ? "endpoint" : "endpoints"}`,
        );
      }
      output.json({
        ok: errors.length === 0,
        file,
        errors: errors.map(describeError),
        warnings,
      });
      finish(errors.length === 0 ? EXIT.ok : EXIT.failed);
    });
}
