import { isIP } from "node:net";
import type { Grants, HookGrant } from "../contracts/capabilities.ts";
import { HOOKS, isExchangeHookName } from "../contracts/hooks.ts";
import type { ExchangeHookName } from "../contracts/hooks.ts";
import type { PluginLimits } from "../contracts/limits.ts";
import type { HookDeclaration, Manifest } from "../contracts/manifest.ts";
import { createRanges } from "../lib/address-range.ts";
import { bareHost, coversOrigin, printOrigin } from "../lib/origin.ts";
import type { Origin } from "../lib/origin.ts";
import { isInRanges } from "../sandbox/capabilities/http/address.ts";
import { narrowFields } from "./field-rights.ts";
import { isInside, isReserved } from "./inside.ts";
import { hookNames } from "./limit-layers.ts";

const EXCHANGE_HOOKS = Object.keys(HOOKS).filter(isExchangeHookName);

interface Written {
  readonly grants: Grants;
  readonly limits: PluginLimits;
}

/** What an operator has written for a plugin, and what makes no difference, a sentence for each kind. */
export function findIdle(manifest: Manifest, { grants, limits }: Written): string[] {
  const idle = [
    ...idleRights(manifest, grants),
    ...EXCHANGE_HOOKS.flatMap((hook) => idleFields(hook, manifest.hooks[hook], grants.hooks[hook])),
    // Every instance is initialized, whatever is declared.
    ...hookNames(limits)
      .filter((hook) => hook !== "initialize" && manifest.hooks[hook] === undefined)
      .map((hook) => `limits.hooks.${hook} (it has no such hook)`),
  ];
  const vain = vainHosts(grants);
  return [
    ...(idle.length === 0 ? [] : [`without effect: ${idle.join(", ")}`]),
    ...(vain.length === 0
      ? []
      : [
          `grants.http.allow has ${vain.join(", ")}, and requests there are refused all the same: add private: true for your own network, or their addresses to ranges`,
        ]),
  ];
}

function idleRights({ capabilities: asked }: Manifest, grants: Grants): string[] {
  const flags = (["kv", "metrics", "clock", "random"] as const).filter(
    (name) => !asked[name] && grants[name] !== undefined && grants[name] !== false,
  );
  const allow = (grants.http?.allow ?? []).filter(
    (outer) => !asked.http.some((host) => coversOrigin(outer, host) || coversOrigin(host, outer)),
  );
  const { events } = grants;
  const named: [key: string, granted: readonly string[], asked: readonly string[]][] = [
    ["secrets", [...grants.secrets.keys()], asked.secrets],
    ["plugins", grants.plugins, asked.plugins],
    ["events.publish", events.publish, asked.events.publish],
    ["events.subscribe", events.subscribe, asked.events.subscribe],
    ["sql", grants.sql, asked.sql],
    ["tcp", grants.tcp, asked.tcp],
  ];
  const keys = [
    ...flags,
    ...allow.map((origin) => `http.allow ${printOrigin(origin)}`),
    ...named.flatMap(([key, granted, wanted]) =>
      granted.filter((name) => !wanted.includes(name)).map((name) => `${key} ${name}`),
    ),
  ];
  return keys.map((key) => `grants.${key} (it does not ask for it)`);
}

/** Names that a hook neither reads nor writes, so that leaving them to it is nothing. */
function idleFields(
  hook: ExchangeHookName,
  declared: HookDeclaration | undefined,
  grant: HookGrant | undefined,
): string[] {
  if (grant === undefined) return [];
  if (declared === undefined) return [`grants.hooks.${hook} (it has no such hook)`];
  return (["reads", "writes"] as const).flatMap((side) =>
    Object.entries(grant[side]).flatMap(([field, names]) => {
      if (!Array.isArray(names)) return [];
      const isIdle = (name: string): boolean => {
        const one = { reads: {}, writes: {}, [side]: { [field]: [name] } };
        const left: Readonly<Record<string, unknown>> = { ...narrowFields(declared, one)[side] };
        return name !== "*" && !(Array.isArray(left[field]) && left[field].includes(name));
      };
      return names
        .filter(isIdle)
        .map((name) => `grants.hooks.${hook}.${side} ${name} (${hook} never ${side} it)`);
    }),
  );
}

/** Allowed, and refused by their addresses, which are known before anybody asks. */
function vainHosts({ http }: Grants): string[] {
  if (http === undefined) return [];
  const ranges = createRanges(http.ranges);
  const isVain = (origin: Origin): boolean => {
    const isOpen = !isReserved(origin) && (!isInside(origin) || http.private);
    if (isOpen) return false;
    const address = bareHost(origin.host);
    // What addresses a name has is known when it is looked up.
    return isIP(address) === 0 ? http.ranges.length === 0 : !isInRanges(ranges, address);
  };
  return http.allow.filter(isVain).map(printOrigin);
}
