import { resolve } from "node:path";
import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { HOOKS, isExchangeHookName, isHookName } from "../../contracts/hooks.ts";
import type { HookName } from "../../contracts/hooks.ts";
import { BackworksError } from "../../lib/errors.ts";
import { nearest } from "../../lib/suggest.ts";
import { checkPlugin } from "../../plugins/check.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { findDenied } from "../../plugins/grants.ts";
import { callHook } from "../../workbench/call-hook.ts";
import { HARMLESS_GRANTS, openPlugin } from "../../workbench/open-plugin.ts";
import { readCallConfig } from "../call-config.ts";
import { makeInput } from "../call-input.ts";
import type { InputOptions } from "../call-input.ts";
import { EXIT } from "../exit.ts";
import type { CommandContext } from "../context.ts";
import { Output, describeError } from "../output.ts";
import type { Terminal } from "../output.ts";
import { describeCall, printCall } from "../print-call.ts";
import type { ShownCall } from "../print-call.ts";

interface CallOptions extends InputOptions {
  readonly config?: string;
  readonly fuel?: number;
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
  backworks plugin call guard.wasm before_request -r 'GET /x' -H 'accept: text/html' -p id=7
  backworks plugin call stamp.wasm after_response --status 404 --response-header 'etag: "1"'
  backworks plugin call jwt.wasm authorize --context 'auth={"subject":"ann","roles":["admin"]}'
  backworks plugin call plc.wasm on_message -b frame.bin --context 'state={"seen":1}'
  backworks plugin call weather.wasm process_endpoint -i frame.txt --json | jq .fuel`;

export function addCallCommand(plugin: Command, context: CommandContext): void {
  plugin
    .command("call")
    .description("call one hook of a plugin in the sandbox, and show its output and what it used")
    .argument("<file>", "a .wasm file")
    .argument("<hook>", `one of ${Object.keys(HOOKS).join(", ")}`)
    .option("-r, --request <line>", "method and target of the request", "GET /")
    .option("-H, --header <field>", "a header of the request; may be repeated", list, [])
    .option("-p, --param <name=value>", "a path parameter; may be repeated", list, [])
    .option("--context <key=json>", "a context value, or a fact of a message", list, [])
    .option(
      "-b, --body <file|text>",
      "body, payload or JSON that the hook sees: a file, or else the text itself",
    )
    .option("--status <code>", "after_response, audit_log: status of the response", "200")
    .option("--response-header <field>", "the same: a header of the response", list, [])
    .option("-i, --input <file>", "the whole input instead of these; - is standard input")
    .option("-c, --config <file>", "configuration of the plugin, as below plugins.NAME.config")
    .option("--fuel <units>", "fuel of the call (default: what the plugin is given)", parseFuel)
    .option("--json", "print the result as JSON", false)
    .addHelpText("after", HELP)
    .action(async (file: string, hook: string, options: CallOptions) => {
      const { terminal, finish } = context;
      const output = new Output(terminal, options.json);
      const checked = await checkPlugin(resolve(terminal.directory, file));
      const call = await run(checked, requireHook(checked, hook), options, terminal);
      for (const note of notesOn(checked, call.hook, options)) {
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
        errors: error === undefined ? [] : [describeError(error)],
      });
      finish(error === undefined ? EXIT.ok : EXIT.failed);
    });
}

function requireHook({ manifest }: CheckedPlugin, hook: string): HookName {
  const declared = Object.keys(manifest.hooks);
  if (isHookName(hook) && declared.includes(hook)) return hook;
  const similar = nearest(hook, declared);
  const hint = similar === undefined ? "" : `; did you mean ${similar}?`;
  throw new BackworksError(
    "usage",
    `${manifest.name} declares no hook "${hook}", only ${declared.join(", ")}${hint}`,
  );
}

async function run(
  plugin: CheckedPlugin,
  hook: HookName,
  options: CallOptions,
  terminal: Terminal,
): Promise<ShownCall> {
  const config = await readCallConfig(plugin, options.config, terminal.directory);
  const input = await makeInput(plugin, hook, { ...options, config }, terminal);
  using opened = openPlugin(plugin, { config });
  const result = await callHook(opened, hook, input, { fuel: options.fuel });
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

/** An option that may be repeated. */
function list(text: string, texts: readonly string[]): string[] {
  return [...texts, text];
}

function parseFuel(text: string): number {
  const fuel = Number(text);
  if (!/^\d{1,12}$/.test(text) || fuel === 0) {
    throw new InvalidArgumentError("expected a number of units from 1 on.");
  }
  return fuel;
}
