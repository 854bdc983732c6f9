import { printWeather } from "../groups/weather.ts";
import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import type { Metar, SeaState } from "./metar-report.ts";
import { celsius } from "./temperature.ts";

const RECENT = /^RE([-+]?[A-Z]{2,8}|\/\/)$/;
const RUNWAY = /^(?:R|RWY)(\d{2}[LCR]{0,2})$/;
/** FM 15 15.13.5: sea-surface temperature, then the state of the sea or the wave height in dm. */
const SEA = /^W(M?\d{2}|\/\/)\/(?:S(\d|\/)|H(\d{1,3}|\/{1,3}))$/;
const COLOUR = /^(?:BLACK)?(?:BLU\+?|WHT|GRN|YLO[12]?|AMB|RED)$/;

/** WMO table 3700. */
const SEA_STATES: readonly string[] = [
  "calm, glassy",
  "calm, rippled",
  "smooth",
  "slight",
  "moderate",
  "rough",
  "very rough",
  "high",
  "very high",
  "phenomenal",
];

/** Reads a group of supplementary information. False when the group is something else. */
export function readSupplement(cursor: Cursor, into: Draft<Metar>): boolean {
  if (readColour(cursor, into)) return true;
  return readRecent(cursor, into) || readWindShear(cursor, into) || readSea(cursor, into);
}

/** Reads colour states; a second one forecasts the next. `BLACK` alone closes the aerodrome. */
export function readColour(cursor: Cursor, into: { colour?: string }): boolean {
  const group = cursor.peek();
  if (group !== "BLACK" && !COLOUR.test(group)) return false;
  into.colour = into.colour === undefined ? group : `${into.colour} ${group}`;
  cursor.advance();
  return true;
}

function readRecent(cursor: Cursor, into: Draft<Metar>): boolean {
  const code = RECENT.exec(cursor.peek())?.[1];
  if (code === undefined) return false;
  if (code !== "//") {
    if (printWeather(code) === undefined) {
      throw cursor.unexpected("recent weather such as RERA or RETSRA");
    }
    (into.recentWeather ??= []).push(code);
  }
  cursor.advance();
  return true;
}

/** `WS R03`, `WS RWY03`, `WS ALL RWY`, and the older `WS TKOF RWY03`, `WS LDG RWY03`. */
function readWindShear(cursor: Cursor, into: Draft<Metar>): boolean {
  if (cursor.peek() !== "WS") return false;
  cursor.advance();
  if (cursor.peek() === "TKOF" || cursor.peek() === "LDG") cursor.advance();
  let runway = RUNWAY.exec(cursor.peek())?.[1];
  if (runway === undefined && cursor.peek() === "ALL" && cursor.peek(1) === "RWY") {
    runway = "ALL";
    cursor.advance();
  }
  if (runway === undefined) throw cursor.unexpected("the runway of a wind shear: R03 or ALL RWY");
  (into.windShear ??= []).push(runway);
  cursor.advance();
  return true;
}

function readSea(cursor: Cursor, into: Draft<Metar>): boolean {
  const match = SEA.exec(cursor.peek());
  if (match === null) return false;
  const sea: Draft<SeaState> = {};
  const tempC = celsius(match[1]);
  const state = SEA_STATES[Number(match[2])];
  const decimetres = Number(match[3]);
  if (tempC !== undefined) sea.tempC = tempC;
  if (state !== undefined) sea.state = state;
  if (decimetres >= 0) sea.waveHeightM = decimetres / 10;
  into.sea = sea;
  cursor.advance();
  return true;
}
