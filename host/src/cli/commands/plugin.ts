import type { Command } from "commander";
import type { CommandContext } from "../context.ts";
import { addBuildCommand } from "./plugin-build.ts";
import { addInfoCommand } from "./plugin-info.ts";
import { addListCommand } from "./plugin-list.ts";
import { addPluginValidateCommand } from "./plugin-validate.ts";

export function addPluginCommands(program: Command, context: CommandContext): void {
  const plugin = program
    .command("plugin")
    .description("list, inspect, check and build plugins")
    .helpCommand(false);
  addListCommand(plugin, context);
  addInfoCommand(plugin, context);
  addPluginValidateCommand(plugin, context);
  addBuildCommand(plugin, context);
}
