import { createHash } from "node:crypto";
import { escapeMarkup, escapeText } from "../../lib/escape.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";
import { colourOf, flameBoxes, labelOf } from "./flame-boxes.ts";
import { describeBox } from "./flame-graph.ts";
import { FLAME_SCRIPT, FLAME_STYLE } from "./flame-script.ts";
import { sumFunctions } from "./sum-functions.ts";

/** The rest is in the JSON, for whom it matters. */
const ROWS_MAX = 200;

/**
 * A flame graph with zoom and search, and the table below it, as one HTML file. It loads nothing, and
 * its policy lets nothing run but its own script.
 */
export function printFlamePage(profile: FuelProfile, title: string): string {
  const { fuel } = profile;
  const boxes = flameBoxes(profile).map((box) => ({
    label: labelOf(box.frame),
    note: describeBox(box, fuel),
    colour: colourOf(box.frame),
    depth: box.depth,
    start: box.start,
    total: box.total,
  }));
  const policy = `default-src 'none'; style-src ${hashOf(FLAME_STYLE)}; style-src-attr 'unsafe-inline'; script-src ${hashOf(FLAME_SCRIPT)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}">
<meta name="viewport" content="width=device-width">
<title>${escapeMarkup(title)}</title>
<style>${FLAME_STYLE}</style>
</head>
<body>
<h1>${escapeMarkup(title)}</h1>
<p>${fuel.toLocaleString("en")} units of fuel. Click a function to zoom in, the top row to zoom out.</p>
<p><input id="search" type="search" placeholder="Search functions" aria-label="Search functions"> <output id="found"></output></p>
<div id="graph" role="img" aria-label="Flame graph"></div>
<table>
<thead><tr><th>function</th><th>self</th><th>%</th><th>total</th><th>%</th><th>calls</th></tr></thead>
<tbody>
${printRows(profile)}
</tbody>
</table>
<script id="data" type="application/json">${embedJson({ fuel, boxes })}</script>
<script>${FLAME_SCRIPT}</script>
</body>
</html>
`;
}

function printRows(profile: FuelProfile): string {
  const share = (part: number): string => ((100 * part) / Math.max(1, profile.fuel)).toFixed(1);
  return sumFunctions(profile)
    .slice(0, ROWS_MAX)
    .map(({ frame, self, total, calls }) =>
      printRow([labelOf(frame), self, share(self), total, share(total), calls]),
    )
    .join("\n");
}

function printRow(cells: readonly (string | number)[]): string {
  const printed = cells.map((cell) => `<td>${escapeMarkup(cell.toLocaleString("en"))}</td>`);
  return `<tr>${printed.join("")}</tr>`;
}

/** JSON that ends no script element and begins no comment. */
function embedJson(value: unknown): string {
  return escapeText(JSON.stringify(value), Infinity).replaceAll("<", "\\u003c");
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
