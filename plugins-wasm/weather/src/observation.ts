/** The one shape of weather, whatever form it came in. A field that was not reported is absent. */

/** The true value lies at or above, or below, the number given (P6SM, M1/4SM, 9999). */
export type Bound = "above" | "below";

/** Wind, visibility, weather and clouds: what observations, trends and forecasts share. */
export interface Conditions {
  /** Where the wind comes from, 0 to 360; absent when variable. Calm is 0 with `windKt` 0. */
  readonly windDirDeg?: number;
  readonly windVariable?: true;
  readonly windKt?: number;
  readonly windBound?: Bound;
  readonly gustKt?: number;
  readonly gustBound?: Bound;
  /** The direction varied clockwise between these two. */
  readonly windFromDeg?: number;
  readonly windToDeg?: number;
  /** Prevailing visibility; 10 km or more is 10000 with the bound "above". */
  readonly visM?: number;
  readonly visBound?: Bound;
  readonly visDirections?: readonly DirectionalVisibility[];
  /** Ceiling and visibility OK: no cloud below 5,000 ft, nothing significant in the air. */
  readonly cavok?: true;
  /** Present weather in code, such as `-SHRA`; `NSW` ends earlier weather in a forecast. */
  readonly weather: readonly string[];
  /** The same in words, item by item. */
  readonly weatherText: readonly string[];
  readonly sky: readonly SkyLayer[];
}

export interface DirectionalVisibility {
  /** N, NE, E, SE, S, SW, W or NW. */
  readonly direction: string;
  readonly visM: number;
}

export interface SkyLayer {
  /** FEW, SCT, BKN, OVC; VV (sky obscured: `baseFt` is the vertical visibility); SKC, CLR, NSC, NCD. */
  readonly cover?: string;
  readonly baseFt?: number;
  /** CB, TCU or another cloud type. */
  readonly type?: string;
}

/** Conditions observed at one place and time. */
export interface Observation extends Conditions {
  readonly station?: string;
  /** Day of the month, UTC. */
  readonly day?: number;
  /** Time of day, UTC. */
  readonly hhmm?: string;
  /** The full time, UTC, where the source gives it: 2026-03-02T23:53Z. */
  readonly time?: string;
  readonly tempC?: number;
  readonly dewC?: number;
  /** Reduced to sea level by the standard atmosphere: QNH, the altimeter setting. */
  readonly pressHPa?: number;
  /** Reduced to sea level with the temperature of the place. */
  readonly slpHPa?: number;
  readonly relativeHumidityPct?: number;
  readonly cloudCoverPct?: number;
  readonly precip1hMm?: number;
  /** The weather in the words of the source. */
  readonly text?: string;
}

/** Day and time of a period's edge, UTC; `2400` is the end of the day. */
export interface DayTime {
  readonly day?: number;
  readonly hhmm?: string;
}

/** A shape while it is being read: its members come one by one, and its lists grow. */
export type Draft<Shape> = {
  -readonly [Key in keyof Shape]?: Shape[Key] extends readonly (infer Item)[] | undefined
    ? Item[]
    : Shape[Key];
};

/** Conditions that have been read to their end: the lists are there even when they are empty. */
export function complete<Shape extends object>(
  draft: Shape & Partial<Conditions> & { visM?: number },
): Shape & Pick<Conditions, "weather" | "weatherText" | "sky"> {
  const { weather = [], weatherText = [], sky = [] } = draft;
  const first = draft.visDirections?.[0];
  // Before 2008 a visibility had its direction and no prevailing one stood beside it.
  if (draft.visM === undefined && first !== undefined) draft.visM = first.visM;
  return Object.assign(draft, { weather, weatherText, sky });
}
