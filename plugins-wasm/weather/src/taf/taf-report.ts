import type { Conditions, DayTime } from "../observation.ts";

/** What a TAF forecasts for the whole of a period. */
export interface Forecast extends Conditions {
  /** The lowest pressure expected (QNH, in military forecasts). */
  readonly pressHPa?: number;
  readonly altimeterInHg?: number;
  readonly windShear?: LowLevelWindShear;
  readonly turbulence?: readonly Layer[];
  readonly icing?: readonly Layer[];
}

/** A TAF, decoded. The conditions on top hold until a change says otherwise. */
export interface Taf extends Forecast {
  readonly type: "TAF";
  readonly station: string;
  /** Day and time of issue, UTC; absent when not given. */
  readonly day?: number;
  readonly hhmm?: string;
  readonly amended?: true;
  readonly corrected?: true;
  readonly delayed?: true;
  readonly nil?: true;
  /** The forecast issued before is cancelled. */
  readonly cancelled?: true;
  readonly from?: DayTime;
  readonly until?: DayTime;
  readonly tempMax?: readonly ForecastTemperature[];
  readonly tempMin?: readonly ForecastTemperature[];
  readonly changes: readonly Change[];
  /** Free text, as it was given, piece by piece. */
  readonly remarks?: readonly string[];
}

export interface Change extends Forecast {
  /** PROB stands alone; with TEMPO it is a TEMPO that has a probability. */
  readonly change: "FM" | "BECMG" | "TEMPO" | "INTER" | "PROB";
  readonly probabilityPct?: number;
  readonly from?: DayTime;
  /** Absent for FM, which holds until the next one. */
  readonly until?: DayTime;
}

export interface ForecastTemperature extends DayTime {
  readonly tempC: number;
}

export interface LowLevelWindShear {
  readonly heightFt: number;
  readonly windDirDeg: number;
  readonly windKt: number;
}

/** A layer of turbulence or icing. */
export interface Layer {
  readonly intensity: string;
  readonly baseFt: number;
  readonly thicknessFt: number;
}
