import type { Draft } from "../observation.ts";
import type { Cursor } from "../report/cursor.ts";
import type { Metar, RunwayState } from "./metar-report.ts";

/** FM 15 15.13.6.1: R, runway, then deposit, extent, depth and friction, or CLRD. */
const STATE =
  /^R(\d{2}[LCR]{0,2})\/(?:([\d/])([\d/])(\d{2}|\/\/)(\d{2}|\/\/)|CLRD\/?(\d{2}|\/\/)?)$/;
/** The older form without R and slash, still sent by some states: 88CLRD70, 14590335. */
const OLD = /^([0-35-9]\d)(?:([\d/])([\d/])(\d{2}|\/\/)(\d{2}|\/\/)|CLRD(\d{2}|\/\/))$/;
const CLOSED = /^(?:R\/SNOCLO|SNOCLO|R(\d{2}[LCR]{0,2})\/SNOCLO)$/;

/** WMO table 0919. */
const DEPOSITS: readonly string[] = [
  "clear and dry",
  "damp",
  "wet or water patches",
  "rime or frost",
  "dry snow",
  "wet snow",
  "slush",
  "ice",
  "compacted or rolled snow",
  "frozen ruts or ridges",
];
/** WMO table 0519. */
const COVERAGES: Readonly<Record<string, string>> = {
  1: "10 % or less",
  2: "11 to 25 %",
  5: "26 to 50 %",
  9: "51 to 100 %",
};
/** WMO table 0366, 91 to 95. */
const BRAKING: readonly string[] = ["poor", "medium to poor", "medium", "medium to good", "good"];

/** Reads the state of one runway. False when the group is something else. */
export function readRunwayState(cursor: Cursor, into: Draft<Metar>): boolean {
  const group = cursor.peek();
  const state = closedState(group) ?? describedState(group);
  if (state === undefined) return false;
  (into.runwayStates ??= []).push(state);
  cursor.advance();
  return true;
}

function closedState(group: string): RunwayState | undefined {
  const match = CLOSED.exec(group);
  if (match === null) return undefined;
  return match[1] === undefined ? { closedBySnow: true } : { runway: match[1], closedBySnow: true };
}

function describedState(group: string): RunwayState | undefined {
  // Nothing but slashes may as well be a visual range that was not measured.
  if (group.endsWith("//////")) return undefined;
  const match = STATE.exec(group) ?? OLD.exec(group);
  if (match === null) return undefined;
  const [, runway = "", deposit, extent = "", depth = "", friction, clearedFriction] = match;
  const state: Draft<RunwayState> = { runway };
  if (deposit === undefined) {
    state.cleared = true;
  } else {
    const depositText = DEPOSITS[Number(deposit)];
    const coverage = COVERAGES[extent];
    const depthMm = depthOf(depth);
    if (depositText !== undefined) state.deposit = depositText;
    if (coverage !== undefined) state.coverage = coverage;
    if (depthMm !== undefined) state.depthMm = depthMm;
  }
  setFriction(Number(friction ?? clearedFriction), state);
  return state;
}

/** WMO table 1079: 00 to 90 are millimetres, 92 to 98 steps of 5 cm; 91 is reserved, 99 closed. */
function depthOf(depth: string): number | undefined {
  const code = Number(depth);
  if (code <= 90) return code;
  return code >= 92 && code <= 98 ? (code - 90) * 50 : undefined;
}

function setFriction(code: number, state: Draft<RunwayState>): void {
  if (code <= 90) state.frictionCoefficient = code / 100;
  const braking = BRAKING[code - 91];
  if (braking !== undefined) state.braking = braking;
}
