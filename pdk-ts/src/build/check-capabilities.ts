import type { CapabilityName } from "../services.ts";
import { BuildError, type BuildPosition } from "./build-error.ts";
import type { BundleWarning } from "./bundle.ts";
import { MANIFEST_FILE } from "./locate-source.ts";
import type { PluginManifest } from "./read-manifest.ts";

/** What to write under `capabilities`. */
const EXAMPLES: Readonly<Record<CapabilityName, string>> = {
  kv: "kv: {}",
  http: "http: { hosts: [https://api.example.com] }",
  secrets: "secrets: [API_KEY]",
  plugins: "plugins: [other-plugin]",
  events: "events: { publish: [orders.created] }",
  metrics: "metrics: {}",
  clock: "clock: {}",
  random: "random: {}",
  sql: "sql: [main]",
  tcp: 'tcp: ["plc.example.com:502"]',
};

export interface CapabilityUses {
  /** What a built plugin calls of the host, and where its source does, as far as that is known. */
  readonly called: ReadonlyMap<CapabilityName, BuildPosition | undefined>;
  /** What it makes use of without calling it: with the clock's right `Date.now` runs more finely. */
  readonly felt: ReadonlySet<CapabilityName>;
}

/**
 * Every capability that a plugin uses stands in plugin.yaml: the host would refuse the plugin else.
 * One that stands there for nothing is a right that nobody needs to grant: it is warned of.
 */
export function checkCapabilities(
  { capabilities: declared, positionOf }: PluginManifest,
  { called, felt }: CapabilityUses,
): BundleWarning[] {
  const missing = [...called].filter(([capability]) => !declared.has(capability));
  const [first, ...others] = missing;
  if (first !== undefined) {
    const [capability, position] = first;
    throw new BuildError("capability_undeclared", messageOf(capability), {
      position,
      notes: [fixOf(capability), ...others.flatMap(([name]) => [messageOf(name), fixOf(name)])],
    });
  }
  return [...declared]
    .filter((capability) => !called.has(capability) && !felt.has(capability))
    .map((capability) => ({
      message: `${MANIFEST_FILE} declares capabilities.${capability}, and the source does not use it`,
      position: positionOf(["capabilities", capability]),
    }));
}

function messageOf(capability: CapabilityName): string {
  return `the source uses ${capability}, but ${MANIFEST_FILE} does not declare capabilities.${capability}`;
}

function fixOf(capability: CapabilityName): string {
  return `add to ${MANIFEST_FILE}: capabilities: { ${EXAMPLES[capability]} }`;
}
