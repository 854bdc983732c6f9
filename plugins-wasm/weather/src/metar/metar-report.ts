import type { Conditions, DayTime, Observation } from "../observation.ts";
import type { Remarks } from "./remarks/remarks-report.ts";

/** A METAR or SPECI, decoded. What was not reported is absent. */
export interface Metar extends Observation {
  readonly type: "METAR" | "SPECI";
  readonly station: string;
  readonly day: number;
  readonly hhmm: string;
  /** Made without a human observer. */
  readonly auto?: true;
  /** COR, or the Canadian CCA, CCB… */
  readonly correction?: string;
  /** Delayed report (RTD). */
  readonly delayed?: true;
  /** The report says that there is none. */
  readonly nil?: true;
  readonly rvr?: readonly RunwayVisualRange[];
  /** The station cannot measure its runway visual range now (RVRNO). */
  readonly rvrUnavailable?: true;
  readonly altimeterInHg?: number;
  /** Weather since the last report that is over now, in code and without its RE. */
  readonly recentWeather?: readonly string[];
  readonly windShear?: readonly string[];
  readonly sea?: SeaState;
  readonly runwayStates?: readonly RunwayState[];
  /** Military aerodrome colour state: BLU, WHT, GRN, YLO, AMB, RED, with BLACK when closed. */
  readonly colour?: string;
  readonly trends?: readonly Trend[];
  readonly remarks?: Remarks;
}

export interface RunwayVisualRange {
  readonly runway: string;
  /** The value, or the lower one when it varied. */
  readonly rvrM: number;
  readonly rvrBound?: "above" | "below";
  /** The upper value when it varied. */
  readonly rvrMaxM?: number;
  readonly rvrMaxBound?: "above" | "below";
  readonly trend?: "up" | "down" | "none";
}

/** WMO tables 0919, 0519, 1079 and 0366. */
export interface RunwayState {
  /** Absent when the aerodrome is closed; 88 is all runways, 99 repeats the last report. */
  readonly runway?: string;
  readonly cleared?: true;
  readonly closedBySnow?: true;
  readonly deposit?: string;
  readonly coverage?: string;
  readonly depthMm?: number;
  readonly frictionCoefficient?: number;
  readonly braking?: string;
}

export interface SeaState {
  readonly tempC?: number;
  /** WMO table 3700, in words. */
  readonly state?: string;
  readonly waveHeightM?: number;
}

/** A landing forecast for the two hours after the report. */
export interface Trend extends Conditions {
  readonly change: "NOSIG" | "BECMG" | "TEMPO" | "INTER" | "PROB" | "FM";
  readonly probabilityPct?: number;
  readonly from?: DayTime;
  readonly until?: DayTime;
  readonly at?: DayTime;
  readonly colour?: string;
}
