import type { ExchangeHookName, Hook } from "../contracts/hooks.ts";
import { BackworksError } from "../lib/errors.ts";

/** A hook that failed, and for which request. */
export interface HookFailure {
  readonly plugin: string;
  readonly hook: ExchangeHookName;
  readonly route: string;
  readonly requestId: string;
  readonly error: unknown;
}

/** One that was passed over; its plugin is not critical. */
export interface SkippedHook extends HookFailure {
  readonly error: BackworksError;
}

export type ReportSkipped = (skipped: SkippedHook) => void;

/** Whether a plugin's policy may decide about `thrown`. A bug of the host is no plugin's failure. */
export function isPluginFailure(thrown: unknown): thrown is BackworksError {
  return thrown instanceof BackworksError && thrown.code !== "internal";
}

/** Names the plugin and the hook in an error that ends the request; its message is for the log. */
export function blamePlugin(
  hook: Pick<Hook<ExchangeHookName>, "plugin" | "name">,
  error: BackworksError,
): BackworksError {
  // A stand-in for a plugin that was refused says so itself: no hook was called that could fail.
  if (error.code === "plugin_unavailable") return error;
  return new BackworksError(error.code, describeFailure(hook, error.message), {
    cause: error,
    details: {
      ...error.details,
      plugin: hook.plugin,
      hook: hook.name,
      reason: error.code,
    },
  });
}

/** The sandbox names the plugin, and most often the hook, at the front of what it says. */
function describeFailure(
  { plugin, name }: Pick<Hook<ExchangeHookName>, "plugin" | "name">,
  message: string,
): string {
  const reason = message.startsWith(`${plugin}: `) ? message.slice(plugin.length + 2) : message;
  return reason.startsWith(`${name} `)
    ? `plugin "${plugin}": ${reason}`
    : `plugin "${plugin}" failed in ${name}: ${reason}`;
}

/** What ends the request when a hook must not fail. A bug of the host stays what it is. */
export function blame(hook: Hook<ExchangeHookName>, thrown: unknown): unknown {
  return isPluginFailure(thrown) ? blamePlugin(hook, thrown) : thrown;
}
