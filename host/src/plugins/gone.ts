import { dutiesOf, type Duty } from "./duties.ts";
import { isMissed, isNeeded, type PluginState } from "./state.ts";

/** A plugin that requests must not pass without, there or refused. */
export interface GuardingPlugin {
  readonly name: string;
  readonly file: string | undefined;
  readonly critical: boolean;
  /** Undefined: nobody knows. */
  readonly duties: readonly Duty[] | undefined;
}

/** Guards that may only be away for a moment: who replaces a file by hand removes it first. */
export class GuardsGoneError extends Error {
  override readonly name = "GuardsGoneError";
  /** All that are gone. */
  readonly guards: ReadonlySet<string>;

  constructor(guards: Iterable<string>) {
    super("plugins that guarded routes are gone");
    this.guards = new Set(guards);
  }
}

export function findGuarding(states: readonly PluginState[]): GuardingPlugin[] {
  return states.flatMap((state): GuardingPlugin[] => {
    if (state.kind !== "loaded") return isMissed(state) ? [state] : [];
    if (!isNeeded(state.plugin)) return [];
    const { name, file, critical, manifest } = state.plugin;
    return [{ name, file, critical, duties: dutiesOf(manifest) }];
  });
}

/** Guards of an application that another one has nothing of, neither by name nor by file. */
export function findGone(
  before: readonly PluginState[],
  now: readonly PluginState[],
): GuardingPlugin[] {
  const names = new Set(now.map(({ name }) => name));
  const files = new Set(now.map(fileOf));
  return findGuarding(before).filter(
    ({ name, file }) => !names.has(name) && (file === undefined || !files.has(file)),
  );
}

function fileOf(state: PluginState): string | undefined {
  return state.kind === "loaded" ? state.plugin.file : state.file;
}
