import { BackworksErrors } from "../lib/errors.ts";
import { problemsOf } from "../lib/join-errors.ts";
import type { CheckedPlugin } from "./check.ts";
import type { PluginSettings } from "./choose.ts";
import { checkGranted } from "./grants.ts";
import { checkPluginConfig } from "./plugin-config.ts";

/**
 * Checks what the operator wrote for a plugin: its configuration, and what it is granted. Throws all
 * that is wrong at once, so that nobody starts the host once for each key.
 */
export function checkSettings(
  name: string,
  { manifest, summary }: Pick<CheckedPlugin, "manifest" | "summary">,
  settings: PluginSettings,
): void {
  const { grants, position } = settings;
  const problems = [
    ...problemsOf(() => checkPluginConfig(name, manifest, settings)),
    ...problemsOf(() =>
      checkGranted(summary.imports, { name, asked: manifest.capabilities, grants, position }),
    ),
  ];
  if (problems.length > 0) throw new BackworksErrors(problems);
}
