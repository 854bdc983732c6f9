import { satisfies } from "semver";
import type { Manifest } from "../contracts/manifest.ts";
import { BackworksError } from "../lib/errors.ts";

/** A plugin that could run, as far as it is known yet. */
export interface Candidate {
  readonly name: string;
  readonly manifest: Manifest;
}

/** A plugin that cannot run, because of another one. */
export interface Unsatisfied {
  readonly name: string;
  readonly error: BackworksError;
}

/**
 * Finds the plugins whose `requires.plugins` are not met by the others. Whoever requires one of
 * those is found as well, however long the chain is.
 */
export function findUnsatisfied(candidates: readonly Candidate[]): Unsatisfied[] {
  const present = new Map(candidates.map(({ name, manifest }) => [name, manifest]));
  const found: Unsatisfied[] = [];
  for (;;) {
    const before = found.length;
    for (const [name, manifest] of present) {
      const reason = missingOf(manifest, present);
      if (reason === undefined) continue;
      const error = new BackworksError("plugin_requirement_missing", `it requires ${reason}`, {
        details: { plugin: name },
      });
      found.push({ name, error });
    }
    if (found.length === before) return found;
    for (const { name } of found) present.delete(name);
  }
}

function missingOf(
  { requiresPlugins }: Manifest,
  present: ReadonlyMap<string, Manifest>,
): string | undefined {
  for (const [name, range] of Object.entries(requiresPlugins)) {
    const version = present.get(name)?.version;
    if (version === undefined) return `plugin ${name} ${range}, which is not loaded`;
    if (!satisfies(version, range)) return `plugin ${name} ${range}, and ${version} is loaded`;
  }
  return undefined;
}
