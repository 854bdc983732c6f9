import { AUTHOR_HOOKS } from "../hooks.ts";
import type { HookPlan } from "../runtime/install.ts";
import { BuildError, type BuildPosition } from "./build-error.ts";
import { MANIFEST_FILE } from "./locate-source.ts";
import { nearest } from "./nearest.ts";
import type { PluginManifest } from "./read-manifest.ts";

interface Difference {
  readonly message: string;
  readonly position: BuildPosition | undefined;
  readonly fix: string;
}

/** Every hook that plugin.yaml declares is a function of the source, and the other way round. */
export function checkHooks(
  manifest: PluginManifest,
  entry: string,
  exports: Readonly<Record<string, string>>,
): void {
  const declared = new Set(manifest.plans.map(({ author }) => author));
  const differences = [
    ...manifest.plans.flatMap((plan) => missing(manifest, plan, entry, exports)),
    ...undeclared(declared, entry, exports),
  ];
  const [first, ...others] = differences;
  if (first === undefined) return;
  throw new BuildError("hooks_differ", first.message, {
    position: first.position,
    notes: [first.fix, ...others.flatMap(({ message, fix }) => [message, fix])],
  });
}

function missing(
  { positionOf }: PluginManifest,
  { hook, author }: HookPlan,
  entry: string,
  exports: Readonly<Record<string, string>>,
): Difference[] {
  const found = exports[author];
  if (found === "function") return [];
  const position = positionOf(["hooks", hook]);
  if (found !== undefined) {
    const message = `${entry} exports ${author} as ${found}, expected a function`;
    return [{ message, position, fix: `write: export function ${author}(…) { … }` }];
  }
  const meant = nearest(
    author,
    Object.keys(exports).filter((name) => exports[name] === "function"),
  );
  const hint = meant === undefined ? "" : ` (${meant} is exported: is it meant?)`;
  return [
    {
      message: `${MANIFEST_FILE} declares ${hook}, but ${entry} exports no ${author}${hint}`,
      position,
      fix: `write: export function ${author}(…) { … }, or remove hooks.${hook}`,
    },
  ];
}

/** An exported hook that is not declared would never be called: a mistake worth stopping for. */
function undeclared(
  declared: ReadonlySet<string>,
  entry: string,
  exports: Readonly<Record<string, string>>,
): Difference[] {
  return Object.entries(AUTHOR_HOOKS)
    .filter(([, author]) => exports[author] !== undefined && !declared.has(author))
    .map(([hook, author]) => ({
      message: `${entry} exports ${author}, but ${MANIFEST_FILE} does not declare ${hook}`,
      position: undefined,
      fix: `add to ${MANIFEST_FILE}: hooks: { ${hook}: {} }, or do not export ${author}`,
    }));
}
