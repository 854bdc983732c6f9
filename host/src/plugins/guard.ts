import type { Hook, HookMatch } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";
import type { RefusedState } from "./state.ts";

/**
 * Stands in for a critical plugin that was refused: the routes it would have seen answer 503, or a
 * damaged file would open what the plugin was there to close. Without its manifest nobody knows
 * which routes those are, so all of them do.
 */
export function createGuards({ name, manifest, error }: RefusedState): Hook[] {
  return matchesOf(manifest?.hooks).map((match) => ({
    plugin: name,
    name: "before_request",
    critical: true,
    match,
    priority: Number.MIN_SAFE_INTEGER,
    before: [],
    after: [],
    run: () => {
      throw new BackworksError("plugin_unavailable", `it was refused at start (${error.code})`, {
        details: { plugin: name, reason: error.code },
      });
    },
  }));
}

type Hooks = NonNullable<RefusedState["manifest"]>["hooks"];

function matchesOf(hooks: Hooks | undefined): HookMatch[] {
  if (hooks === undefined) return [{}];
  const { before_request: before, after_response: after } = hooks;
  return [before, after].flatMap((hook) => (hook === undefined ? [] : [hook.match]));
}
