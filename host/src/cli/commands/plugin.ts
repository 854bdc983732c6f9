import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { addBuildCommand } from "./plugin-build.ts";
import { addCallCommand } from "./plugin-call.ts";
import { addDevCommand } from "./plugin-dev.ts";
import { addDocsCommand } from "./plugin-docs.ts";
import { addInfoCommand } from "./plugin-info.ts";
import { addInspectCommand } from "./plugin-inspect.ts";
import { addListCommand } from "./plugin-list.ts";
import { addNewCommand } from "./plugin-new.ts";
import { addPackCommand } from "./plugin-pack.ts";
import { addProfileCommand } from "./plugin-profile.ts";
import { addTestCommand } from "./plugin-test.ts";
import { addReplayCommand } from "./plugin-replay.ts";
import { addPluginValidateCommand } from "./plugin-validate.ts";

export function addPluginCommands(program: Command, context: CommandContext): void {
  const plugin = program
    .command("plugin")
    .description("start, build, test, call, check and list plugins")
    .helpCommand(false);
  addNewCommand(plugin, context);
  addDevCommand(plugin, context);
  addListCommand(plugin, context);
  addInfoCommand(plugin, context);
  addPluginValidateCommand(plugin, context);
  addInspectCommand(plugin, context);
  addCallCommand(plugin, context);
  addProfileCommand(plugin, context);
  addReplayCommand(plugin, context);
  addBuildCommand(plugin, context);
  addDocsCommand(plugin, context);
  addPackCommand(plugin, context);
  addTestCommand(plugin, context);
}
