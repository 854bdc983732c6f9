import { INSTALLED_GLOBAL } from "./bootstrap.ts";
import { declareCapabilities } from "./declared.ts";
import { printThrown } from "./failure.ts";
import { installGlobals } from "./globals.ts";
import { prepareReads, type DeclaredReads } from "./reads.ts";
import type { AuthorHook, Runner, RunnerMaker } from "./runner.ts";

/** Of plugin.yaml: the hook as the module exports it, the author's export, and what it reads. */
export interface HookPlan {
  readonly hook: string;
  readonly author: string;
  readonly reads: DeclaredReads;
}

/** What plugin.yaml says of a plugin. */
export interface InstallPlan {
  readonly hooks: readonly HookPlan[];
  readonly capabilities: readonly string[];
}

/** What the build finds in the global object once the bundle has run. */
export interface Installed {
  /** Names of all exports of the source, and what they are. */
  readonly exports: Readonly<Record<string, string>>;
  readonly runners: Readonly<Record<string, Runner>>;
  readonly printThrown: typeof printThrown;
}

installGlobals();

/** Last statement of the bundle: prepares the hooks that plugin.yaml declares. */
export function install(
  source: Readonly<Record<string, unknown>>,
  plan: InstallPlan,
  makers: Readonly<Record<string, RunnerMaker>>,
): void {
  declareCapabilities(plan.capabilities);
  const exports: Record<string, string> = {};
  for (const [name, value] of Object.entries(source)) exports[name] = typeof value;
  const runners: Record<string, Runner> = {};
  for (const { hook, author, reads } of plan.hooks) {
    const call = source[author];
    const make = makers[hook];
    if (!isFunction(call) || make === undefined) continue;
    runners[hook] = make(call, prepareReads(hook, reads));
  }
  const installed: Installed = { exports, runners, printThrown };
  Object.defineProperty(globalThis, INSTALLED_GLOBAL, { value: installed, configurable: true });
}

function isFunction(value: unknown): value is AuthorHook {
  return typeof value === "function";
}
