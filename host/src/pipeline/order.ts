import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";

/** What a hook declares of its place; a manifest says as much as a loaded hook. */
export type OrderedHook = Pick<
  Hook<ExchangeHookName>,
  "plugin" | "name" | "priority" | "before" | "after" | "provides" | "consumes"
>;

type Named<T, Name extends ExchangeHookName> = Extract<T, { readonly name: Name }>;

/** Hooks in the order in which they run. */
export interface HookOrder<T extends OrderedHook = Hook<ExchangeHookName>> {
  readonly authenticate: readonly Named<T, "authenticate">[];
  readonly authorize: readonly Named<T, "authorize">[];
  readonly beforeRequest: readonly Named<T, "before_request">[];
  /** Reversed already: the last of the order runs first. */
  readonly afterResponse: readonly Named<T, "after_response">[];
  readonly auditLog: readonly Named<T, "audit_log">[];
  /** What was passed over, one sentence each. */
  readonly notes: readonly string[];
}

/**
 * Orders hooks by what they declare, then priority, then plugin name: the same order on every start,
 * whatever order the hooks come in. Declared are `before` and `after`, and on the way in `provides`
 * and `consumes` (on the way out every value is there). A cycle throws `plugin_order_cycle`. Plugins
 * that are neither `loaded` nor have hooks here are passed over with a note, so that `after: [auth]`
 * works without auth.
 */
export function orderHooks<T extends OrderedHook>(
  hooks: readonly T[],
  loaded: readonly string[] = [],
): HookOrder<T> {
  const plugins = new Set([...loaded, ...hooks.map((hook) => hook.plugin)]);
  const notes = new Set<string>();
  for (const hook of hooks) {
    for (const name of [...hook.before, ...hook.after]) {
      if (plugins.has(name)) continue;
      notes.add(
        `plugin "${hook.plugin}" orders its ${hook.name} against plugin "${name}", which is not loaded`,
      );
    }
  }
  const named = <Name extends ExchangeHookName>(name: Name): Named<T, Name>[] =>
    hooks.filter((hook): hook is Named<T, Name> => hook.name === name);
  const wayIn = named("before_request");
  const byAfter = (hook: OrderedHook): readonly string[] => hook.after;
  return {
    authenticate: sortHooks(named("authenticate"), byAfter),
    authorize: sortHooks(named("authorize"), byAfter),
    beforeRequest: sortHooks(wayIn, (hook) => [...hook.after, ...providersOf(hook, wayIn)]),
    afterResponse: sortHooks(named("after_response"), byAfter).toReversed(),
    auditLog: sortHooks(named("audit_log"), byAfter),
    notes: [...notes].toSorted(),
  };
}

/**
 * Plugins whose values `hook` consumes. One that both consumes and provides a key changes its value:
 * it runs after those that only provide it, and for those that change it too priority decides.
 */
function providersOf(hook: OrderedHook, others: readonly OrderedHook[]): string[] {
  const { consumes = [], provides = [] } = hook;
  return others
    .filter((other) => other.plugin !== hook.plugin)
    .filter(({ consumes: taken = [], provides: given = [] }) =>
      consumes.some(
        (key) => given.includes(key) && !(taken.includes(key) && provides.includes(key)),
      ),
    )
    .map((other) => other.plugin);
}

interface Waiting<T> {
  readonly hook: T;
  /** Plugins that must run before this one and have not been placed yet. */
  readonly needs: Set<string>;
}

function sortHooks<T extends OrderedHook>(
  hooks: readonly T[],
  predecessorsOf: (hook: T) => readonly string[],
): T[] {
  // Insertion order is rank.
  const waiting = new Map<string, Waiting<T>>();
  for (const hook of hooks.toSorted(compareRank)) {
    waiting.set(hook.plugin, { hook, needs: new Set() });
  }
  for (const { hook, needs } of waiting.values()) {
    for (const name of predecessorsOf(hook)) if (waiting.has(name)) needs.add(name);
    for (const name of hook.before) waiting.get(name)?.needs.add(hook.plugin);
  }

  const placed: T[] = [];
  while (waiting.size > 0) {
    const next = firstFree(waiting);
    if (next === undefined) throw explainCycle(waiting);
    placed.push(next);
    waiting.delete(next.plugin);
    for (const { needs } of waiting.values()) needs.delete(next.plugin);
  }
  return placed;
}

function firstFree<T>(waiting: ReadonlyMap<string, Waiting<T>>): T | undefined {
  for (const { hook, needs } of waiting.values()) if (needs.size === 0) return hook;
  return undefined;
}

function compareRank(a: OrderedHook, b: OrderedHook): number {
  if (a.priority !== b.priority) return a.priority - b.priority;
  // By code unit, not by locale: the order must not depend on the machine.
  return a.plugin < b.plugin ? -1 : Number(a.plugin > b.plugin);
}

/** Everyone left waits for somebody left: following that leads into a cycle. */
function explainCycle(waiting: ReadonlyMap<string, Waiting<OrderedHook>>): BackworksError {
  const path: string[] = [];
  let [name] = waiting.keys();
  while (name !== undefined && !path.includes(name)) {
    path.unshift(name);
    [name] = waiting.get(name)?.needs ?? [];
  }
  // The walk went from late to early, so `path` reads in running order; cut what led to the cycle.
  const cycle = path.slice(0, path.indexOf(name ?? "") + 1);
  const [first] = waiting.values();
  const text = [...cycle.slice(-1), ...cycle].join(" → ");
  return new BackworksError(
    "plugin_order_cycle",
    `the ${first?.hook.name} hooks of these plugins must each run before the next: ${text}`,
    { details: { cycle } },
  );
}
