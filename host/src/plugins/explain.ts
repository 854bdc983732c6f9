import { NO_GRANTS, type Grants } from "../contracts/capabilities.ts";
import { NO_LIMITS, type PluginLimits } from "../contracts/limits.ts";
import { indexModule } from "../wasm/module-index.ts";
import { policyOf } from "../sandbox/compile.ts";
import { rewriteModule } from "../wasm/rewrite.ts";
import { findUsedFeatures } from "../wasm/used-features.ts";
import type { UsedFeature } from "../wasm/used-features.ts";
import { listAbilities } from "./abilities.ts";
import type { Ability } from "./abilities.ts";
import type { CheckedPlugin } from "./check.ts";
import { findIgnoredSidecar } from "./ignored-sidecar.ts";
import { findFindings } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { writeGrants } from "./grant-yaml.ts";
import type { WrittenGrants } from "./grant-yaml.ts";
import { findDenied } from "./grants.ts";
import type { DeniedRight } from "./grants.ts";
import { explainLimits, type LimitFacts } from "./explain-limits.ts";
import type { FuelPerMs } from "./limit-layers.ts";
import { findCut } from "./limits.ts";
import { explainHooks } from "./hook-words.ts";
import type { HookExplanation } from "./hook-words.ts";

/** What a plugin can do and needs, as data; nothing of it has run. */
export interface Explanation {
  /** In the configuration, or the manifest's. */
  readonly name: string;
  /** As the operator narrows them. */
  readonly hooks: readonly HookExplanation[];
  readonly abilities: readonly Ability[];
  /** Rights that its manifest asks for. */
  readonly asks: readonly DeniedRight[];
  /** Those of them that are not granted. */
  readonly missing: readonly DeniedRight[];
  /** What grants those, as it is below `plugins.NAME.grants`, but for what nobody should copy. */
  readonly grants: WrittenGrants;
  readonly limits: LimitFacts;
  readonly module: ModuleFacts;
  /** Worst first. */
  readonly findings: readonly Finding[];
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

/** The operator's part, for a plugin that a configuration finds. */
export interface ExplainedFor {
  readonly name: string;
  readonly grants: Grants;
  readonly limits: PluginLimits;
}

/**
 * Throws what refuses its code: `plugin_limit_exceeded`, `plugin_feature_unsupported`, … Without an
 * operator it is what the plugin asks for, and what it gets when nobody says anything.
 */
export function explainPlugin(
  plugin: CheckedPlugin,
  fuelPerMs: FuelPerMs,
  operator: ExplainedFor = {
    name: plugin.manifest.name,
    grants: NO_GRANTS,
    limits: NO_LIMITS,
  },
): Explanation {
  const { manifest, summary } = plugin;
  const { name, grants, limits } = operator;
  const missing = findDenied(manifest.capabilities, grants);
  const explained = explainLimits(manifest, limits, fuelPerMs);
  return {
    name,
    hooks: explainHooks(manifest, grants.hooks),
    abilities: listAbilities(summary.imports),
    asks: findDenied(manifest.capabilities, NO_GRANTS),
    missing,
    grants: writeGrants(
      new Set(missing.map(({ capability }) => capability)),
      manifest.capabilities,
    ),
    limits: explained,
    module: readFacts(plugin, explained),
    findings: findFindings(plugin, findCut(manifest, limits, fuelPerMs)),
  };
}

/** The same for a file, and what is beside it. */
export async function explainPluginFile(
  ...given: Parameters<typeof explainPlugin>
): Promise<Explanation> {
  const explanation = explainPlugin(...given);
  const ignored = (await findIgnoredSidecar(given[0])).map((what) => ({
    severity: "note" as const,
    what,
  }));
  return { ...explanation, findings: [...explanation.findings, ...ignored] };
}

function readFacts(
  { bytes, summary }: CheckedPlugin,
  { memoryPages: pagesCap, accounting }: LimitFacts,
): ModuleFacts {
  const policy = policyOf({ accounting, memoryPagesMax: pagesCap });
  const { report } = rewriteModule(bytes, policy);
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
