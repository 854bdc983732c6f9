import { HISTOGRAM_BOUNDS } from "../sandbox/capabilities/metrics.ts";
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

/**
 * Families of what plugins report. Plugins share a family by its name; where they disagree about
 * what it is, the later one's carries its kind in the name.
 */
export function reportedFamilies(reports: readonly Report[]): Family[] {
  const kinds = new Map<string, Series["kind"]>();
  const families = new Map<string, { readonly family: Family; readonly samples: Sample[] }>();
  for (const { plugin, series } of reports) {
    for (const each of series) {
      const { kind } = each;
      let name = `${PREFIX}${each.name}`;
      while ((kinds.get(name) ?? kind) !== kind) name += `_${kind}`;
      kinds.set(name, kind);
      const found = families.get(name) ?? createFamily(name, kind);
      families.set(name, found);
      found.samples.push(...samplesOf(name, plugin, each));
    }
  }
  return [...families.values()].map(({ family }) => family);
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
    OWN_LABELS.has(label) ? `exported_${label}` : label,
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
