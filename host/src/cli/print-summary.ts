import { relative } from "node:path";
import type { PluginSummary, RouteSummary, StartSummary } from "../app/summary.ts";
import { printPosition } from "../lib/errors.ts";
import { partsOf } from "../lib/join-errors.ts";
import { escapeText } from "../lib/escape.ts";
import type { Output } from "./output.ts";
import { describeError } from "./output.ts";
import { printColumns } from "./columns.ts";

/** The start-up summary: what runs, what was refused and why, and where to send a request. */
export function printSummary(summary: StartSummary, output: Output, directory: string): void {
  const bold = (text: string): string => output.noteStyle("bold", text);
  const dim = (text: string): string => output.noteStyle("dim", text);
  const shown = (file: string): string => relative(directory, file) || file;

  output.note();
  output.note(
    `  ${bold(`Backworks ${summary.version}`)}  ${escapeText(summary.name)}  ${dim(shown(summary.configFile))}`,
  );
  output.note();
  output.note(`  ${bold("Plugins")}  ${countPlugins(summary.plugins)}`);
  const rows = summary.plugins.map((plugin) => pluginRow(plugin, output, shown));
  for (const [index, line] of printColumns(rows).entries()) {
    output.note(`    ${line}`);
    const error = summary.plugins[index]?.error;
    if (error === undefined) continue;
    for (const { position, message } of partsOf(error)) {
      const where = position?.line === undefined ? "" : `${printPosition(position)}: `;
      // Only before the first: the others may be lines to copy.
      for (const text of `${where}${message}`.split("\n")) {
        output.note(`        ${escapeText(text)}`);
      }
    }
    output.note(dim(`        ${error.kind.help}`));
  }
  output.note();
  output.note(`  ${bold("Routes")}  ${summary.routes.length}`);
  for (const line of printColumns(summary.routes.map((route) => routeRow(route, output)))) {
    output.note(`    ${line}`);
  }
  for (const warning of summary.warnings) {
    const mark = output.noteStyle("yellow", "note");
    output.note(`  ${mark}  ${printPosition(warning.position)}: ${escapeText(warning.message)}`);
  }
  const million = (summary.fuelPerMs / 1e6).toFixed(1);
  output.note();
  output.note(dim(`  1 ms of a plugin's computing is ${million} million units of fuel here`));
  output.note(
    `  Listening on ${output.noteStyle(["cyan", "underline"], summary.url)}  ${dim(`ready in ${Math.round(summary.startMs)} ms, Ctrl+C stops`)}`,
  );
  output.note();
}

/** The summary for machines. */
export function describeSummary(summary: StartSummary): unknown {
  return {
    ok: true,
    event: "started",
    ...summary,
    plugins: summary.plugins.map(({ error, ...plugin }) => ({
      ...plugin,
      ...(error !== undefined && { error: describeError(error) }),
    })),
  };
}

function countPlugins(plugins: readonly PluginSummary[]): string {
  const count = (state: PluginSummary["state"]): number =>
    plugins.filter((plugin) => plugin.state === state).length;
  const parts = [`${count("loaded")} loaded`];
  if (count("refused") > 0) parts.push(`${count("refused")} refused`);
  if (count("disabled") > 0) parts.push(`${count("disabled")} disabled`);
  return parts.join(", ");
}

function pluginRow(
  plugin: PluginSummary,
  output: Output,
  shown: (file: string) => string,
): string[] {
  const marks = {
    loaded: output.noteStyle("green", "✓"),
    disabled: output.noteStyle("dim", "–"),
    refused: output.noteStyle("red", "✗"),
  };
  const hooks = plugin.state === "loaded" ? plugin.hooks.join(", ") : plugin.state;
  const notes = [
    ...(plugin.critical ? [plugin.state === "refused" ? "closes routes" : "critical"] : []),
    ...(plugin.isolation === "process" ? ["in a process of its own"] : []),
  ];
  return [
    `${marks[plugin.state]} ${escapeText(plugin.name)}`,
    plugin.version ?? "",
    hooks,
    notes.join(", "),
    plugin.file === undefined ? "" : output.noteStyle("dim", shown(plugin.file)),
  ];
}

function routeRow(
  { methods, path, handler, hooks, closed, problem = "" }: RouteSummary,
  output: Output,
): string[] {
  const around = hooks.length === 0 ? "" : output.noteStyle("dim", `+ ${hooks.join(", ")}`);
  const answers = {
    never: around,
    sometimes: output.noteStyle("yellow", `some requests answer 503: ${problem}`),
    always: output.noteStyle("red", `answers 503: ${problem}`),
  };
  return [methods.join(","), path, handler, answers[closed]];
}
