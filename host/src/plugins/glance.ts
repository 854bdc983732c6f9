import type { BackworksError } from "../lib/errors.ts";
import { asOne } from "../lib/join-errors.ts";
import { checkHost } from "./check.ts";
import type { ChosenPlugin, PluginChoice } from "./choose.ts";
import { inFile } from "./file-error.ts";
import { checkPluginConfig } from "./plugin-config.ts";
import { findUnsatisfied } from "./requirements.ts";

/**
 * Which plugins are surely refused: what their manifests and the configuration say, and no
 * more, so that a thousand files are looked at in a moment. Their modules are not read.
 */
export function findRefusals(choices: readonly PluginChoice[]): Map<PluginChoice, BackworksError> {
  const refusals = new Map<PluginChoice, BackworksError>();
  const rest: ChosenPlugin[] = [];
  for (const choice of choices) {
    const error = choice.kind === "refused" ? choice.error : refusalOf(choice);
    if (error !== undefined) refusals.set(choice, error);
    else if (choice.kind === "chosen") rest.push(choice);
  }
  const unsatisfied = new Map(findUnsatisfied(rest).map(({ name, error }) => [name, error]));
  for (const choice of rest) {
    const error = unsatisfied.get(choice.name);
    if (error !== undefined) refusals.set(choice, error);
  }
  return refusals;
}

function refusalOf(choice: PluginChoice): BackworksError | undefined {
  if (choice.kind !== "chosen") return undefined;
  const { name, file, manifest, settings } = choice;
  try {
    checkHost(manifest);
    // To compile a schema takes a millisecond: only where somebody has written something.
    if (settings.position.line !== undefined) checkPluginConfig(name, manifest, settings);
    return undefined;
  } catch (thrown) {
    return asOne(inFile(file, thrown));
  }
}
