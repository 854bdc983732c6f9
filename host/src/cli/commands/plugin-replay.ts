import { resolve } from "node:path";
import type { Command } from "commander";
import { checkPlugin } from "../../plugins/check.ts";
import { replayCall, type Replay } from "../../workbench/recording/replay-call.ts";
import type { Recording } from "../../workbench/recording/recording.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output } from "../output.ts";
import { describeCall, printCall } from "../print-call.ts";
import { loadRecording, recordedModule } from "../recording-file.ts";

interface ReplayOptions {
  readonly plugin?: string;
  readonly json: boolean;
}

const HELP = `
The plugin is given the same input, configuration and limits, and the host's answers of that time: of
kv, http, other plugins, clock and random. It has no right to anything else. The same module then gives
the same bytes for the same fuel, on any machine; else this says what was different first.

A recording that was damaged or edited is refused, by the SHA-256 in it. That is no signature: whoever
edits one on purpose can make it anew. A recording holds what the plugin was given and was told: keep it
as you keep these.

Examples:
  backworks plugin call counter.wasm before_request -r 'GET /x' --record call.json
  backworks plugin replay call.json
  backworks plugin replay call.json --plugin ./counter.wasm --json`;

export function addReplayCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("replay")
    .description("make a recorded call again, and compare what it gives and takes")
    .argument("<file>", "a recording of plugin call --record")
    .option("--plugin <file>", "the module (default: where it lay when it was recorded)")
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", HELP)
    .action(async (name: string, options: ReplayOptions) => {
      const { terminal, finish } = context;
      const output = new Output(terminal, options.json);
      const file = resolve(terminal.directory, name);
      const recording = await loadRecording(file, name);
      const module =
        options.plugin === undefined
          ? recordedModule(file, recording)
          : resolve(terminal.directory, options.plugin);
      const replay = await replayCall(recording, await checkPlugin(module));
      print(recording, replay, output);
      finish(replay.difference === undefined ? EXIT.ok : EXIT.failed);
    });
}

function print(recording: Recording, { result, difference }: Replay, output: Output): void {
  const { name, version } = recording.plugin;
  const { hook } = recording.call;
  const events = recording.events.length;
  const shown = { ...result, hook, meaning: { kind: "raw" } } as const;
  const told = events === 1 ? "1 thing" : `${events} things`;
  output.line(`${output.style("bold", hook)} of ${name} ${version}, told ${told}`);
  printCall(shown, output);
  const verdict =
    difference === undefined
      ? `${output.style("green", "same")} output and fuel as recorded`
      : `${output.style("red", "different")}  ${difference}`;
  output.line(verdict);
  output.json({
    ok: difference === undefined,
    plugin: name,
    ...describeCall(shown),
    events,
    difference: difference ?? null,
    // What failed as it did when it was recorded is what was asked for.
    errors: [],
  });
}
