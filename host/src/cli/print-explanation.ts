import { escapeText } from "../lib/escape.ts";
import type { LimitFact } from "../plugins/explain-limits.ts";
import type { Explanation, ModuleFacts } from "../plugins/explain.ts";
import type { Finding } from "../plugins/findings.ts";
import { printGrants } from "../plugins/grant-yaml.ts";
import { BODY_FREE_BYTES } from "../sandbox/limits.ts";
import { PAGE_BYTES } from "../wasm/limits.ts";
import { printBytes } from "./bytes.ts";
import { printColumns } from "./columns.ts";
import type { Output } from "./output.ts";

/** What a plugin can do and needs, for people: indented blocks, each with its heading. */
export function printExplanation(explanation: Explanation, output: Output): void {
  const { hooks, abilities, asks, module, findings } = explanation;
  for (const { name, runs, sees, changes } of hooks) {
    output.line(`  ${output.style("bold", name)} ${output.style("dim", runs)}`);
    const rows = [
      ["sees", sees.join("; ")],
      ["changes", changes.join("; ")],
    ].filter(([, what]) => what !== "");
    for (const line of printColumns(rows)) output.line(`    ${escapeText(line)}`);
  }
  const sections: readonly (readonly [heading: string, rows: readonly string[][]])[] = [
    ["can", abilities.map(({ does, functions }) => [does, printNames(functions)])],
    ["asks for", asks.map(({ what }) => [escapeText(what)])],
    ["is given", limitRows(explanation, output)],
    ["is", moduleRows(module)],
    ["findings", findings.map((found) => findingRow(found, output))],
  ];
  for (const [heading, rows] of sections) {
    output.line(`  ${output.style("bold", heading)}${rows.length === 0 ? " nothing" : ""}`);
    for (const line of printColumns(rows)) output.line(`    ${line}`);
    if (heading === "asks for") printAdvice(explanation, output);
  }
}

function printAdvice({ name, asks, missing, grants }: Explanation, output: Output): void {
  if (missing.length === 0) {
    if (asks.length > 0) output.line(output.style("dim", "    all of it is granted"));
    return;
  }
  if (Object.keys(grants).length === 0) {
    output.line(output.style("dim", "    no grant of it is offered for copying: see the findings"));
    return;
  }
  output.line(output.style("dim", "    to grant it, write in backworks.yaml:"));
  for (const line of printGrants(name, grants).split("\n")) output.line(`      ${line}`);
}

/** The first names are enough to see what kind they are. */
const NAMES_MAX = 6;

function printNames(names: readonly string[]): string {
  const more = names.length - NAMES_MAX;
  return `${names.slice(0, NAMES_MAX).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** What is limited, how, and who has said so; what stands above is not said again. */
function limitRows({ name, limits: { each } }: Explanation, output: Output): string[][] {
  const source = ({ from, key = "" }: LimitFact): string => {
    if (from === "default") return from;
    return `${from}: ${from === "backworks.yaml" ? `plugins.${name}.` : ""}${key}`;
  };
  return each.map((fact, index) => [
    each[index - 1]?.of === fact.of ? "" : escapeText(fact.of),
    fact.limit === "memory_pages" ? "memory" : fact.limit,
    printLimit(fact),
    output.style("dim", escapeText(source(fact))),
  ]);
}

function printLimit({ limit, value, ms = 0 }: LimitFact): string {
  if (typeof value === "string") return value;
  const amount = value.toLocaleString("en");
  switch (limit) {
    case "fuel":
      return `${amount} units, ${ms < 0.01 ? "under 0.01" : ms} ms here`;
    case "fuel_per_body_byte":
      return `${amount} units more for each beyond ${printBytes(BODY_FREE_BYTES)}`;
    case "wall_ms":
      return `${amount} ms by the clock`;
    case "memory_pages":
      return printBytes(value * PAGE_BYTES);
    case "instances":
    case "accounting":
      return amount;
  }
}

function moduleRows(module: ModuleFacts): string[][] {
  const { bytes, bytesMetered, codeBytes, dataBytes, functions, memory, tables } = module;
  const size = `${printBytes(bytes)} with ${printBytes(codeBytes)} of code, ${printBytes(dataBytes)} of data`;
  const slots = tables.map(({ slotsMin, slotsMax }) =>
    slotsMax === slotsMin ? `${slotsMin}` : `${slotsMin} to ${slotsMax ?? "any"}`,
  );
  return [
    ["size", `${size}; ${printBytes(bytesMetered)} with its fuel counted`],
    ["functions", `${functions}${module.hasStart ? ", one of them runs at the start" : ""}`],
    ["memory", memory === undefined ? "none" : printMemory(memory)],
    ["tables", slots.length === 0 ? "none" : `${slots.join(", ")} slots`],
    ["built with", module.features.join(", ") || "nothing beyond the first WebAssembly"],
  ];
}

function printMemory({ pagesMin, pagesMax, pagesCap }: NonNullable<ModuleFacts["memory"]>): string {
  const asked = pagesMax === undefined ? "no maximum named" : `${pagesMax} pages asked`;
  return `${printBytes(pagesMin * PAGE_BYTES)} at first, at most ${printBytes(pagesCap * PAGE_BYTES)} (${asked})`;
}

function findingRow({ severity, what }: Finding, output: Output): string[] {
  const styles = { serious: "red", caution: "yellow", note: "dim" } as const;
  return [output.style(styles[severity], severity), escapeText(what)];
}
