import { escapeMarkup } from "../../lib/escape.ts";
import type { FuelProfile } from "../../sandbox/profiling/fuel-profiler.ts";
import { colourOf, flameBoxes, labelOf, type FlameBox } from "./flame-boxes.ts";

const WIDTH = 1200;
const ROW = 18;
const MARGIN = 10;
const HEAD = 44;
/** Of a fixed-width character at the size of the labels. */
const CHAR = 6.7;

/** A flame graph as one SVG file: no script in it, nothing that it loads. */
export function printFlameGraph(profile: FuelProfile, title: string): string {
  const boxes = flameBoxes(profile);
  const rows = boxes.reduce((most, { depth }) => Math.max(most, depth + 1), 1);
  const height = HEAD + rows * ROW + MARGIN;
  const size = `width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="ui-monospace, monospace" font-size="11">`,
    `<title>${escapeMarkup(title)}</title>`,
    `<rect width="100%" height="100%" fill="#fffdf8"/>`,
    `<text x="${MARGIN}" y="20" font-size="14">${escapeMarkup(title)}</text>`,
    `<text x="${MARGIN}" y="36" fill="#666">${profile.fuel.toLocaleString("en")} units of fuel</text>`,
    ...boxes.map((box) => printBox(box, profile.fuel)),
    "</svg>",
    "",
  ].join("\n");
}

function printBox(box: FlameBox, fuel: number): string {
  const scale = (WIDTH - 2 * MARGIN) / fuel;
  const x = MARGIN + box.start * scale;
  const y = HEAD + box.depth * ROW;
  const width = box.total * scale;
  const label = labelOf(box.frame);
  const room = Math.floor((width - 6) / CHAR);
  const shown = label.length > room ? `${label.slice(0, Math.max(0, room - 1))}…` : label;
  const text =
    room < 3
      ? ""
      : `<text x="${round(x + 3)}" y="${y + 13}">${escapeMarkup(shown.toWellFormed())}</text>`;
  return [
    `<g><title>${escapeMarkup(`${label}\n${describeBox(box, fuel)}`)}</title>`,
    `<rect x="${round(x)}" y="${y}" width="${round(width)}" height="${ROW - 1}" rx="2" fill="${colourOf(box.frame)}"/>`,
    `${text}</g>`,
  ].join("");
}

/** `12,345 units (4.2 %), 345 of its own, 3 calls`. */
export function describeBox({ total, self, calls }: FlameBox, fuel: number): string {
  const share = ((100 * total) / fuel).toFixed(1);
  const made = calls === 1 ? "1 call" : `${calls.toLocaleString("en")} calls`;
  return `${total.toLocaleString("en")} units (${share} %), ${self.toLocaleString("en")} of its own, ${made}`;
}

function round(pixels: number): string {
  return String(Math.round(pixels * 100) / 100);
}
