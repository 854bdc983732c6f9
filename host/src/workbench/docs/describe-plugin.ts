import { printConfigYaml } from "../../config/print-yaml.ts";
import { CAPABILITIES, NO_GRANTS } from "../../contracts/capabilities.ts";
import type { CheckedPlugin } from "../../plugins/check.ts";
import { printGrants, writeGrants } from "../../plugins/grant-yaml.ts";
import { findDenied } from "../../plugins/grants.ts";
import { explainHooks } from "../../plugins/hook-words.ts";
import type { CaseResult } from "../cases/run-case.ts";
import { code, heading, table, text, type Block } from "./document.ts";
import { describeCase } from "./describe-case.ts";
import { exampleConfig, type ExampleConfig } from "./example-config.ts";
import { schemaRows } from "./schema-rows.ts";

/** The page of a plugin: from its manifest, its schema, and cases that were run for it. */
export function describePlugin(plugin: CheckedPlugin, cases: readonly CaseResult[]): Block[] {
  const { manifest } = plugin;
  const { name, version, description, license, critical, configSchema } = manifest;
  const facts = [`Version ${version}`, ...(license === "" ? [] : [`license ${license}`])].join(
    ", ",
  );
  const example = exampleConfig(plugin, cases);
  return [
    heading(1, name),
    ...(description === "" ? [] : [text(description)]),
    text(`${facts}.`),
    ...(critical ? [text("Critical: while it cannot be loaded, its routes answer 503.")] : []),
    heading(2, "Use"),
    code("yaml", printUse(plugin, example)),
    ...example.lacks.map((lack) => text(`Yours to say in its config: ${lack}.`)),
    heading(2, "Hooks"),
    table(
      ["hook", "called", "sees", "changes"],
      explainHooks(manifest).map((hook) => [
        hook.name,
        hook.runs,
        hook.sees.join("; "),
        hook.changes.join("; "),
      ]),
    ),
    ...describeRights(plugin),
    ...(configSchema === undefined
      ? []
      : [
          heading(2, "Configuration"),
          text(`Below plugins.${name}.config in backworks.yaml.`),
          table(["key", "value", "meaning"], schemaRows(configSchema)),
        ]),
    ...(cases.length === 0
      ? []
      : [
          heading(2, "Examples"),
          text("Each was run when this page was made, with the answers that are shown."),
          ...cases.flatMap(describeCase),
        ]),
  ];
}

/** What an operator writes: the plugin with all that it cannot do without, and a route when it answers one. */
function printUse({ manifest }: CheckedPlugin, { config }: ExampleConfig): string {
  const { name, hooks, capabilities } = manifest;
  const asked = new Set(findDenied(capabilities, NO_GRANTS).map(({ capability }) => capability));
  const configured =
    config === undefined ? [] : ["    config:", ...indent(printConfigYaml(config))];
  const params = hooks.process_endpoint?.reads.params.filter((param) => param !== "*") ?? [];
  const path = ["", name, ...params.map((param) => `{${param}}`)].join("/");
  return [
    "plugin_discovery:",
    "  directories: [./plugins]",
    asked.size > 0
      ? printGrants(name, writeGrants(asked, capabilities))
      : `plugins:\n  ${name}:${config === undefined ? " {}" : ""}`,
    ...configured,
    ...(hooks.process_endpoint === undefined
      ? []
      : ["endpoints:", `  ${name}:`, `    path: ${path}`, `    plugin: ${name}`]),
  ].join("\n");
}

function indent(lines: string): string[] {
  return lines.split("\n").map((line) => `      ${line}`);
}

function describeRights({ manifest }: CheckedPlugin): Block[] {
  const asked = findDenied(manifest.capabilities, NO_GRANTS);
  if (asked.length === 0) return [heading(2, "Rights"), text("It asks for none.")];
  const rows = asked.map(({ capability, what }) => [what, CAPABILITIES[capability]]);
  return [heading(2, "Rights"), table(["it asks for", "which"], rows)];
}
