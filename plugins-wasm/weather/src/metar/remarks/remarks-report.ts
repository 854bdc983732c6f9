import type { DirectionalVisibility } from "../../observation.ts";

/** What follows RMK, as far as FMH-1 and common national practice give it a meaning. */
export interface Remarks {
  /** The remarks as they were given. */
  readonly text: string;
  /** AO1: without, AO2: with a sensor that tells rain from snow. */
  readonly stationType?: string;
  readonly slpHPa?: number;
  /** Temperature and dew point to a tenth of a degree; the body has whole degrees. */
  readonly tempC?: number;
  readonly dewC?: number;
  readonly max6hC?: number;
  readonly min6hC?: number;
  readonly max24hC?: number;
  readonly min24hC?: number;
  readonly tendency3h?: PressureTendency;
  readonly pressureChange?: "rising rapidly" | "falling rapidly";
  /** Precipitation since the last regular report; 0 is a trace, less than can be measured. */
  readonly precip1hMm?: number;
  /** 3 hours in the reports of 03, 09, 15 and 21 UTC, otherwise 6. */
  readonly precip6hMm?: number;
  readonly precip24hMm?: number;
  readonly snowWaterMm?: number;
  readonly snowDepthCm?: number;
  readonly snowfall6hCm?: number;
  readonly snowIncreasing?: { readonly lastHourCm: number; readonly depthCm: number };
  readonly iceAccretion?: readonly { readonly hours: number; readonly mm: number }[];
  readonly sunshineMin?: number;
  readonly peakWind?: PeakWind;
  readonly windShift?: { readonly hhmm: string; readonly frontal?: true };
  readonly towerVisM?: number;
  readonly surfaceVisM?: number;
  readonly variableVisM?: { readonly min: number; readonly max: number };
  readonly visDirections?: readonly DirectionalVisibility[];
  readonly ceilingFt?: number;
  readonly variableCeilingFt?: { readonly min: number; readonly max: number };
  readonly weatherEvents?: readonly WeatherEvent[];
  readonly lightning?: readonly Lightning[];
  readonly hailMm?: number;
  readonly densityAltitudeFt?: number;
  readonly altimeterInHg?: number;
  /** Pressure at the elevation of the aerodrome. */
  readonly qfeHPa?: number;
  /** Cloud types and eighths of the Canadian remarks, such as SF5NS3. */
  readonly cloudTypes?: readonly { readonly type: string; readonly oktas: number }[];
  /** Sensors that do not work now: RVRNO, PWINO, FZRANO, TSNO, PNO, VISNO, CHINO, SLPNO. */
  readonly missing?: readonly string[];
  /** The station needs maintenance ($). */
  readonly maintenance?: true;
  /** Everything else, as it was given. */
  readonly unread?: readonly string[];
}

export interface PressureTendency {
  /** WMO table 0200, 0 to 8. */
  readonly code: number;
  /** Rise or, negative, fall in the last three hours; absent when not reported. */
  readonly changeHPa?: number;
}

export interface PeakWind {
  readonly windDirDeg: number;
  readonly windKt: number;
  readonly hhmm: string;
}

export interface WeatherEvent {
  readonly weather: string;
  readonly event: "began" | "ended";
  readonly hhmm: string;
}

export interface Lightning {
  /** OCNL, FRQ or CONS. */
  readonly frequency?: string;
  /** IC, CC, CG, CA. */
  readonly types: readonly string[];
  readonly where?: string;
}
