import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Option } from "commander";
import type { Command } from "commander";
import { BackworksError, messageOf } from "../../lib/errors.ts";
import { VERSION } from "../../lib/version.ts";
import { printFlameGraph } from "../../workbench/profile/flame-graph.ts";
import { printFlamePage } from "../../workbench/profile/flame-page.ts";
import { profileCall } from "../../workbench/profile/profile-call.ts";
import { toSpeedscope } from "../../workbench/profile/speedscope.ts";
import { addCallOptions, parseCount, prepareCall } from "../call-options.ts";
import type { PreparedCall, PreparedOptions } from "../call-options.ts";
import type { CommandContext } from "../context.ts";
import { EXIT } from "../exit.ts";
import { Output, describeError } from "../output.ts";
import type { Terminal } from "../output.ts";
import { describeProfile, printProfile } from "../print-profile.ts";
import type { ShownProfile } from "../print-profile.ts";

interface ProfileOptions extends PreparedOptions {
  readonly calls: number;
  readonly accounting: "bounded" | "exact";
  readonly engine: boolean;
  readonly top: number;
  readonly speedscope?: string;
  readonly svg?: string;
  readonly html?: string;
  readonly json: boolean;
}

const HELP = `
Fuel per function, counted by the metering that every call runs under: the same figures on every
machine and in every run, and their sum is the fuel of the call, as plugin call says it. Names are the
author's: of a plugin in TypeScript its functions, not those of the engine that runs them (--engine
shows these too). What the engine does for a function, such as making objects, is the function's own.
A call that fails is profiled up to there. After a trap the fuel is what was really used, where plugin
call says the least that was.

Examples:
  backworks plugin profile weather.wasm process_endpoint -r 'POST /metar' -b 'METAR KJFK 211951Z'
  backworks plugin profile guard.wasm before_request --calls 100 --html guard.html
  backworks plugin profile guard.wasm before_request --speedscope guard.speedscope.json`;

export function addProfileCommand(plugin: Command, context: CommandContext): void {
  addCallOptions(plugin.command("profile"))
    .description("call one hook of a plugin, and show which of its functions took the fuel")
    .option("--calls <count>", "call it so often, one call after the other", parseCount, 1)
    .addOption(
      new Option("--accounting <kind>", "how fuel is counted; exact: as Wasmtime does")
        .choices(["bounded", "exact"])
        .default("bounded"),
    )
    .option("--engine", "show the functions of the engine in a plugin, too", false)
    .option("--top <count>", "show so many functions", parseCount, 30)
    .option("--speedscope <file>", "write the profile for https://www.speedscope.app")
    .option("--svg <file>", "write a flame graph")
    .option("--html <file>", "write a flame graph with zoom and search, and the table")
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", HELP)
    .action(async (file: string, hook: string, options: ProfileOptions) => {
      const { terminal, finish } = context;
      const output = new Output(terminal, options.json);
      const prepared = await prepareCall({ file, hook }, options, terminal);
      for (const doubt of prepared.doubts) {
        output.note(`${output.noteStyle("yellow", "note")}  ${doubt}`);
      }
      const shown = await output.during(`calling ${hook}`, async () => run(prepared, options));
      const { name, version } = shown.plugin;
      output.line(`${output.style("bold", shown.hook)} of ${name} ${version}`);
      printProfile(shown, options.top, output);
      for (const written of await writeFiles(shown, options, terminal)) {
        output.note(`${output.noteStyle("green", "wrote")} ${written}`);
      }
      const { error } = shown;
      if (error !== undefined) output.line(output.printError(error));
      output.json({
        ok: error === undefined,
        plugin: name,
        ...describeProfile(shown),
        errors: error === undefined ? [] : [describeError(error)],
      });
      finish(error === undefined ? EXIT.ok : EXIT.failed);
    });
}

async function run(
  { plugin, hook, config, input }: PreparedCall,
  options: ProfileOptions,
): Promise<ShownProfile> {
  const { fuel, calls, accounting, engine: showEngine } = options;
  const { profile, results } = await profileCall(
    plugin,
    { hook, input, fuel, calls },
    { config, accounting, showEngine },
  );
  return {
    plugin: plugin.manifest,
    hook,
    accounting,
    profile,
    calls: results.length,
    fuelLimit: results[0]?.fuelLimit ?? 0,
    error: results.at(-1)?.error,
  };
}

/** Names of the files that were asked for. */
async function writeFiles(
  { plugin, hook, profile }: ShownProfile,
  { speedscope, svg, html }: ProfileOptions,
  { directory }: Terminal,
): Promise<string[]> {
  const title = `${hook} of ${plugin.name} ${plugin.version}`;
  const wanted: readonly (readonly [file: string | undefined, print: () => string])[] = [
    [speedscope, () => `${JSON.stringify(toSpeedscope(profile, title, `backworks ${VERSION}`))}\n`],
    [svg, () => printFlameGraph(profile, title)],
    [html, () => printFlamePage(profile, title)],
  ];
  const written: string[] = [];
  for (const [file, print] of wanted) {
    if (file === undefined) continue;
    await writeFile(resolve(directory, file), print()).catch((cause: unknown) => {
      throw new BackworksError("usage", `cannot write ${file}: ${messageOf(cause)}`, { cause });
    });
    written.push(file);
  }
  return written;
}
