import { EXPORTED_PREFIX, HISTOGRAM_BOUNDS } from "../sandbox/capabilities/metrics.ts";
import type { Series } from "../sandbox/capabilities/metrics.ts";
import type { Family, Sample } from "./family.ts";

/** What one plugin has reported of its own. */
export interface Report {
  readonly plugin: string;
  readonly series: readonly Series[];
}

/** Nothing that a plugin names can be taken for a figure of the host's. */
const PREFIX = "plugin_";

/** Labels that are ours; those of a plugin get the prefix that Prometheus uses in such cases. */
const OWN_LABELS: ReadonlySet<string> = new Set(["plugin", "le"]);

/** What follows the name of a histogram in its samples. */
const SUFFIXES = ["_bucket", "_sum", "_count"] as const;

/**
 * Families of what plugins report. Plugins share a family by its name; where they disagree about
 * what it is, or one's sample has the name of another's, the later one's carries its kind in the name.
 */
export function reportedFamilies(reports: readonly Report[]): Family[] {
  /** Whose the names of samples are. */
  const owners = new Map<string, string>();
  const families = new Map<string, { readonly family: Family; readonly samples: Sample[] }>();
  for (const { plugin, series } of reports) {
    for (const each of series) {
      const { kind } = each;
      const owner = `${kind} ${each.name}`;
      let name = `${PREFIX}${each.name}`;
      while (namesOf(name, kind).some((used) => (owners.get(used) ?? owner) !== owner)) {
        name += `_${kind}`;
      }
      for (const used of namesOf(name, kind)) owners.set(used, owner);
      const found = families.get(name) ?? createFamily(name, kind);
      families.set(name, found);
      found.samples.push(...samplesOf(name, plugin, each));
    }
  }
  return [...families.values()].map(({ family }) => family);
}

/** Of a family and its samples. */
function namesOf(name: string, kind: Series["kind"]): readonly string[] {
  return kind === "histogram" ? [name, ...SUFFIXES.map((suffix) => name + suffix)] : [name];
}

function createFamily(
  name: string,
  type: Series["kind"],
): { readonly family: Family; readonly samples: Sample[] } {
  const samples: Sample[] = [];
  const help = "Reported by plugins.";
  return { family: { name, help, type, read: () => samples }, samples };
}

function samplesOf(name: string, plugin: string, series: Series): Sample[] {
  const own = series.labels.map(([label, value]) => [
    OWN_LABELS.has(label) ? EXPORTED_PREFIX + label : label,
    value,
  ]);
  const labels: Sample["labels"] = { plugin, ...Object.fromEntries(own) };
  if (series.kind !== "histogram") return [{ labels, value: series.value }];
  const buckets = HISTOGRAM_BOUNDS.map((le, index) => ({
    metricName: `${name}_bucket`,
    labels: { ...labels, le },
    value: series.buckets[index] ?? 0,
  }));
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: series.count },
    { metricName: `${name}_sum`, labels, value: series.value },
    { metricName: `${name}_count`, labels, value: series.count },
  ];
}
