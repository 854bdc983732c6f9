import type { Conditions, Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";

/** WMO table 4678, with PE and JP from older national practice. */
const DESCRIPTORS: ReadonlyMap<string, string> = new Map([
  ["MI", "shallow"],
  ["PR", "partial"],
  ["BC", "patches of"],
  ["DR", "low drifting"],
  ["BL", "blowing"],
  ["SH", "showers of"],
  ["TS", "thunderstorm with"],
  ["FZ", "freezing"],
]);
const PHENOMENA: ReadonlyMap<string, string> = new Map([
  ["DZ", "drizzle"],
  ["RA", "rain"],
  ["SN", "snow"],
  ["SG", "snow grains"],
  ["IC", "ice crystals"],
  ["PL", "ice pellets"],
  ["PE", "ice pellets"],
  ["GR", "hail"],
  ["GS", "small hail or snow pellets"],
  ["UP", "unknown precipitation"],
  ["BR", "mist"],
  ["FG", "fog"],
  ["FU", "smoke"],
  ["VA", "volcanic ash"],
  ["DU", "dust"],
  ["SA", "sand"],
  ["HZ", "haze"],
  ["PY", "spray"],
  ["PO", "dust or sand whirls"],
  ["SQ", "squalls"],
  ["FC", "funnel cloud"],
  ["SS", "sandstorm"],
  ["DS", "duststorm"],
  ["JP", "adjacent precipitation"],
]);
/** A descriptor of which nothing follows stands for itself. */
const ALONE: ReadonlyMap<string, string> = new Map([
  ["SH", "showers"],
  ["TS", "thunderstorm"],
]);

const SHAPE = /^([-+]?)(VC)?((?:[A-Z]{2}){1,5})$/;

/** Reads one group of present or forecast weather. False when the group is something else. */
export function readWeather(cursor: Cursor, into: Draft<Conditions>): boolean {
  const group = cursor.peek();
  const text = group === "NSW" ? "no significant weather" : printWeather(group);
  if (text === undefined) return false;
  (into.weather ??= []).push(group);
  (into.weatherText ??= []).push(text);
  cursor.advance();
  return true;
}

/** A weather code in words, or nothing when it is none. */
export function printWeather(code: string): string | undefined {
  const match = SHAPE.exec(code);
  if (match === null) return undefined;
  const [, sign = "", vicinity, pairs = ""] = match;
  const words = pairs === "FC" && sign === "+" ? "tornado or waterspout" : printPairs(pairs);
  if (words === undefined) return undefined;
  const intensity = sign === "-" ? "light " : sign === "+" && pairs !== "FC" ? "heavy " : "";
  return `${intensity}${words}${vicinity === undefined ? "" : " in the vicinity"}`;
}

function printPairs(pairs: string): string | undefined {
  let text = "";
  for (let at = 0; at < pairs.length; at += 2) {
    const pair = pairs.slice(at, at + 2);
    const isLast = at + 2 === pairs.length;
    const descriptor = (isLast ? ALONE.get(pair) : undefined) ?? DESCRIPTORS.get(pair);
    const word = descriptor ?? PHENOMENA.get(pair);
    if (word === undefined) return undefined;
    const wasPhenomenon = at > 0 && PHENOMENA.has(pairs.slice(at - 2, at));
    text += at === 0 ? word : wasPhenomenon ? ` and ${word}` : ` ${word}`;
  }
  return text;
}
