import type { Observation } from "../observation.ts";

/** A body of a weather service, brought to the shape of an observation. */
export interface WeatherDocument {
  readonly source: "nws" | "open-meteo";
  readonly place?: Place;
  readonly observations: readonly Observation[];
  /** Forecasts, in order of time. */
  readonly periods?: readonly ForecastPeriod[];
  readonly alerts?: readonly Alert[];
}

export interface Place {
  readonly name?: string;
  readonly latitudeDeg?: number;
  readonly longitudeDeg?: number;
  readonly elevationM?: number;
}

/** Conditions expected between two times, UTC. */
export interface ForecastPeriod extends Observation {
  readonly name?: string;
  readonly from?: string;
  readonly until?: string;
  readonly precipProbabilityPct?: number;
}

export interface Alert {
  readonly event: string;
  readonly severity?: string;
  readonly headline?: string;
  readonly area?: string;
  readonly from?: string;
  readonly until?: string;
}
