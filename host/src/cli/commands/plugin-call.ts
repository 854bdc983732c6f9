import { resolve } from "node:path";
import type { Command } from "commander";
import { isExchangeHookName } from "../../contracts/hooks.ts";
import type { HookName } from "../../contracts/hooks.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { findDenied } from "../../plugins/grants.ts";
import { callHook } from "../../workbench/call-hook.ts";
import { HARMLESS_GRANTS, openPlugin } from "../../workbench/open-plugin.ts";
import { TapeRecorder } from "../../sandbox/recording/tape-recorder.ts";
import { addCallOptions, prepareCall } from "../call-options.ts";
import type { PreparedCall, PreparedOptions } from "../call-options.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output, describeError } from "../output.ts";
import type { Terminal } from "../output.ts";
import { describeCall, printCall } from "../print-call.ts";
import type { ShownCall } from "../print-call.ts";
import { describeHostCalls } from "../print-host-calls.ts";
import { writeRecording } from "../recording-file.ts";

interface CallOptions extends PreparedOptions {
  readonly record?: string;
  readonly json: boolean;
}

const HELP = `
What a hook is given:
  before_request, process_endpoint, after_response, authenticate, authorize, audit_log
                      the request, and what its manifest reads of it
  on_call             --body as it is
  on_message          --body, with --context for connection, peer, local and state
  on_event            --body, with --context for topic, publisher and id
  on_schedule         JSON with --context for name and at, or --body
  collect_metrics, generate_alerts, track_event, generate_report
                      --body, which is JSON (default: null)
  initialize, config_reload
                      the configuration
  others              nothing

The hook sees what its manifest declares and nothing else. Capabilities that stay in this process
(kv, metrics, clock, random) are granted as asked; no others. Nothing is kept. Exits with 1 when the
call fails.

Examples:
  backworks plugin call weather.wasm process_endpoint -r 'POST /metar' -b 'METAR KJFK 211951Z'
  backworks plugin call weather.wasm process_endpoint -r 'POST /metar' -b @report.txt
  backworks plugin call guard.wasm before_request -r 'GET /x' -H 'accept: text/html' -p id=7
  backworks plugin call stamp.wasm after_response --status 404 --response-header 'etag: "1"'
  backworks plugin call jwt.wasm authorize --context 'auth={"subject":"ann","roles":["admin"]}'
  backworks plugin call plc.wasm on_message -b @frame.bin --context 'state={"seen":1}'
  backworks plugin call weather.wasm process_endpoint -i frame.txt --json | jq .fuel`;

export function addCallCommand(plugin: Command, context: CommandContext): void {
  addCallOptions(plugin.command("call"))
    .description("call one hook of a plugin in the sandbox, and show its output and what it used")
    .option("--record <file>", "write the call down, for plugin replay")
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", HELP)
    .action(async (file: string, hook: string, options: CallOptions) => {
      const { terminal, finish } = context;
      const output = new Output(terminal, options.json);
      const prepared = await prepareCall({ file, hook }, options, terminal);
      const { plugin: checked } = prepared;
      const call = await run(prepared, options, terminal);
      if (options.record !== undefined) {
        output.note(`${output.noteStyle("green", "wrote")} ${options.record}`);
      }
      const notes = [...prepared.doubts, ...notesOn(checked, call.hook, options)];
      for (const note of notes) {
        output.note(`${output.noteStyle("yellow", "note")}  ${note}`);
      }
      const { name, version } = checked.manifest;
      output.line(`${output.style("bold", call.hook)} of ${name} ${version}`);
      printCall(call, output);
      const { error } = call;
      output.json({
        ok: error === undefined,
        plugin: name,
        ...describeCall(call),
        calls: describeHostCalls(call.calls),
        notes,
        errors: error === undefined ? [] : [describeError(error)],
      });
      finish(error === undefined ? EXIT.ok : EXIT.failed);
    });
}

async function run(
  prepared: PreparedCall,
  { fuel, record }: CallOptions,
  { directory }: Terminal,
): Promise<ShownCall> {
  const { plugin, hook, config, input } = prepared;
  const tape = record === undefined ? undefined : new TapeRecorder();
  using opened = openPlugin(plugin, { config, tape });
  const result = await callHook(opened, hook, input, { fuel });
  if (record !== undefined && tape !== undefined) {
    await writeRecording(
      { ...prepared, grants: HARMLESS_GRANTS, events: tape.events, result },
      resolve(directory, record),
    );
  }
  return { ...result, meaning: result.meaning ?? { kind: "raw" } };
}

/** What a person may wonder about: why the guest did not see something, or may not do it. */
function notesOn(
  { manifest }: CheckedPlugin,
  hook: HookName,
  { input, header, param, body }: CallOptions,
): string[] {
  const denied = findDenied(manifest.capabilities, HARMLESS_GRANTS).map(
    ({ what }) => `it asks for ${what}, which is not granted here`,
  );
  const reads = manifest.hooks[hook]?.reads;
  if (reads === undefined || input !== undefined || !isExchangeHookName(hook)) return denied;
  const unseen = (what: string, given: readonly string[], read: readonly string[]): string[] =>
    given
      .filter((name) => !read.includes(name) && !read.includes("*"))
      .map((name) => `${hook} does not see the ${what} ${name}: its manifest does not read it`);
  return [
    ...denied,
    ...unseen(
      "header",
      names(header, ":").map((name) => name.toLowerCase()),
      reads.headers,
    ),
    ...unseen("parameter", names(param, "="), reads.params),
    ...(body !== undefined && reads.body.mode === "none"
      ? [`${hook} does not see the body: its manifest does not read it`]
      : []),
  ];
}

/** The names of `name=value`s and `name: value`s. */
function names(texts: readonly string[], separator: string): string[] {
  return texts.map((text) => text.slice(0, text.indexOf(separator)));
}
