import { NO_GRANTS } from "../contracts/capabilities.ts";
import { NO_LIMITS } from "../contracts/limits.ts";
import type { CallLimits, GuestLimits } from "../sandbox/limits.ts";
import { indexModule } from "../wasm/module-index.ts";
import { DEFAULT_POLICY } from "../wasm/policy.ts";
import { rewriteModule } from "../wasm/rewrite.ts";
import { findUsedFeatures } from "../wasm/used-features.ts";
import type { UsedFeature } from "../wasm/used-features.ts";
import { listAbilities } from "./abilities.ts";
import type { Ability } from "./abilities.ts";
import type { CheckedPlugin } from "./check.ts";
import { findFindings } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { writeGrants } from "./grant-yaml.ts";
import type { WrittenGrants } from "./grant-yaml.ts";
import { findDenied } from "./grants.ts";
import type { DeniedRight } from "./grants.ts";
import { resolveLimits } from "./limits.ts";
import { explainHooks } from "./hook-words.ts";
import type { HookExplanation } from "./hook-words.ts";

/** What a plugin can do and needs, as data; nothing of it has run. */
export interface Explanation {
  readonly name: string;
  readonly hooks: readonly HookExplanation[];
  readonly abilities: readonly Ability[];
  /** Rights that its manifest asks for. */
  readonly asks: readonly DeniedRight[];
  /** What grants them all, as it is below `plugins.NAME.grants`. */
  readonly grants: WrittenGrants;
  readonly limits: LimitFacts;
  readonly module: ModuleFacts;
  /** Worst first. */
  readonly findings: readonly Finding[];
}

/** What one call may take, unless the operator decides otherwise. */
export interface LimitFacts {
  readonly fuel: number;
  readonly wallMs: number;
  readonly memoryPages: number;
  /** Hooks with limits of their own. */
  readonly hooks: Readonly<Record<string, { readonly fuel: number; readonly wallMs: number }>>;
}

export interface ModuleFacts {
  readonly bytes: number;
  /** With what counts its fuel. */
  readonly bytesMetered: number;
  readonly codeBytes: number;
  readonly dataBytes: number;
  readonly functions: number;
  /** Pages of 64 KiB; `pagesMax` undefined: it names none. The host never lets it grow above the cap. */
  readonly memory:
    | {
        readonly pagesMin: number;
        readonly pagesMax: number | undefined;
        readonly pagesCap: number;
      }
    | undefined;
  readonly tables: readonly {
    readonly slotsMin: number;
    readonly slotsMax: number | undefined;
  }[];
  /** Code of it runs when an instance is made. */
  readonly hasStart: boolean;
  readonly features: readonly UsedFeature[];
}

/** Manifests ask for fuel in units only: how fast this machine is makes no difference. */
const ANY_SPEED = 1;

/** Throws what refuses its code: `plugin_limit_exceeded`, `plugin_feature_unsupported`, … */
export function explainPlugin(plugin: CheckedPlugin): Explanation {
  const { manifest, summary } = plugin;
  const asks = findDenied(manifest.capabilities, NO_GRANTS);
  const capabilities = new Set(asks.map(({ capability }) => capability));
  const { guest } = resolveLimits(manifest, NO_LIMITS, ANY_SPEED);
  return {
    name: manifest.name,
    hooks: explainHooks(manifest),
    abilities: listAbilities(summary.imports),
    asks,
    grants: writeGrants(capabilities, manifest.capabilities),
    limits: describeLimits(guest),
    module: readFacts(plugin, guest.memoryPagesMax),
    findings: findFindings(plugin),
  };
}

function describeLimits({ call, start, hooks, memoryPagesMax }: GuestLimits): LimitFacts {
  const own = Object.entries({ ...hooks, initialize: start }).map(([hook, limits]) => [
    hook,
    describeCall(limits),
  ]);
  return { ...describeCall(call), memoryPages: memoryPagesMax, hooks: Object.fromEntries(own) };
}

function describeCall({ fuel, timeMs }: CallLimits): LimitFacts["hooks"][string] {
  return { fuel, wallMs: timeMs };
}

function readFacts({ bytes, summary }: CheckedPlugin, pagesCap: number): ModuleFacts {
  const { report } = rewriteModule(bytes, DEFAULT_POLICY);
  const [memory] = summary.memories;
  return {
    bytes: bytes.length,
    bytesMetered: report.bytesAfter,
    codeBytes: summary.codeBytes,
    dataBytes: summary.dataBytes,
    functions: summary.functionCount,
    memory: memory && {
      pagesMin: memory.pagesMin,
      pagesMax: memory.pagesMax,
      pagesCap: Math.min(memory.pagesMax ?? Infinity, pagesCap),
    },
    tables: summary.tables.map(({ slotsMin, slotsMax }) => ({ slotsMin, slotsMax })),
    hasStart: summary.start !== undefined,
    features: findUsedFeatures(indexModule(bytes)),
  };
}
