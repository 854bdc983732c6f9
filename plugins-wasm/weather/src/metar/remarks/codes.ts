import type { Draft } from "../../observation.ts";
import {
  centimetresFromInches,
  hectopascalsFromMillimetres,
  millimetresFromInches,
  round,
} from "../../report/units.ts";
import type { Remarks } from "./remarks-report.ts";

type Target = Draft<Remarks>;

/** The form of a code, and what its captures mean; the whole group comes first. */
interface Code {
  readonly form: RegExp;
  readonly read: (into: Target, first: string, second: string) => void;
}

const MISSING: ReadonlySet<string> = new Set([
  "RVRNO",
  "PWINO",
  "FZRANO",
  "TSNO",
  "PNO",
  "VISNO",
  "CHINO",
  "SLPNO",
]);

const STATION_TYPE: Code = {
  form: /^A[O0]([12]A?)$/,
  read: (into, type) => (into.stationType = `AO${type}`),
};
const ALTIMETER: Code = {
  form: /^A([23]\d{3})$/,
  read: (into, inches) => (into.altimeterInHg = Number(inches) / 100),
};
const SEA_LEVEL: Code = {
  form: /^SLP(\d{3})$/,
  read: (into, digits) => {
    // 12.7.1.m leaves the thousands out: the value nearest to 1000 hPa is meant.
    into.slpHPa = round((Number(digits) < 500 ? 1000 : 900) + Number(digits) / 10, 1);
  },
};
const EXACT_TEMPERATURE: Code = {
  form: /^T([01]\d{3})([01]\d{3})?$/,
  read: (into, temp, dew) => {
    into.tempC = tenths(temp);
    if (dew !== "") into.dewC = tenths(dew);
  },
};
const MAX_6H: Code = { form: /^1([01]\d{3})$/, read: (into, temp) => (into.max6hC = tenths(temp)) };
const MIN_6H: Code = { form: /^2([01]\d{3})$/, read: (into, temp) => (into.min6hC = tenths(temp)) };
const EXTREMES_24H: Code = {
  form: /^4([01]\d{3})([01]\d{3})$/,
  read: (into, max, min) => {
    into.max24hC = tenths(max);
    into.min24hC = tenths(min);
  },
};
const SNOW_DEPTH: Code = {
  form: /^4\/(\d{3})$/,
  read: (into, inches) => (into.snowDepthCm = centimetresFromInches(Number(inches))),
};
const TENDENCY: Code = {
  form: /^5([0-8])(\d{3}|\/{3})$/,
  read: (into, code, change) => {
    const kind = Number(code);
    // WMO table 0200: 0 to 3 rose, 4 steady, 5 to 8 fell.
    const sign = kind <= 4 ? 1 : -1;
    into.tendency3h = change.startsWith("/")
      ? { code: kind }
      : { code: kind, changeHPa: round((sign * Number(change)) / 10, 1) };
  },
};
const PRECIPITATION_1H: Code = {
  form: /^P(\d{4})$/,
  read: (into, amount) => (into.precip1hMm = hundredths(amount)),
};
const PRECIPITATION_6H: Code = {
  form: /^6(\d{4})$/,
  read: (into, amount) => (into.precip6hMm = hundredths(amount)),
};
const PRECIPITATION_24H: Code = {
  form: /^7(\d{4})$/,
  read: (into, amount) => (into.precip24hMm = hundredths(amount)),
};
/** The amount could not be measured: read, and absent. */
const AMOUNT_UNKNOWN: Code = { form: /^[P67]\/{4}$/, read: () => undefined };
const SNOW_WATER: Code = {
  form: /^933(\d{3})$/,
  read: (into, amount) => (into.snowWaterMm = round(Number(amount) * 2.54, 1)),
};
const SNOWFALL_6H: Code = {
  form: /^931(\d{3})$/,
  read: (into, amount) => (into.snowfall6hCm = centimetresFromInches(Number(amount) / 10)),
};
const SUNSHINE: Code = {
  form: /^98(\d{3})$/,
  read: (into, minutes) => (into.sunshineMin = Number(minutes)),
};
const ICE_ACCRETION: Code = {
  form: /^I([136])(\d{3})$/,
  read: (into, hours, amount) => {
    const entry = { hours: Number(hours), mm: millimetresFromInches(Number(amount) / 100) };
    (into.iceAccretion ??= []).push(entry);
  },
};
/** Russia and its neighbours: millimetres of mercury, then hectopascals. */
const FIELD_PRESSURE: Code = {
  form: /^QFE(\d{3,4})(?:[.,]\d)?(?:\/(\d{3,4}))?$/,
  read: (into, first, second) => {
    const value = Number(first);
    if (second !== "") into.qfeHPa = Number(second);
    else into.qfeHPa = value > 800 ? value : hectopascalsFromMillimetres(value);
  },
};
/** Canada (MANOBS): cloud types from the lowest up, each with its eighths of sky. */
const CLOUD_TYPES: Code = {
  form: /^((?:(?:CI|CC|CS|AC|ACC|AS|NS|SC|ST|SF|SN|CF|CU|CB|TCU|FG|RA|DZ|IC|HZ|FU|BLSN)[0-8])+)$/,
  read: (into, layers) => {
    into.cloudTypes = [...layers.matchAll(/([A-Z]+)(\d)/g)].map(([, type = "", oktas]) => ({
      type,
      oktas: Number(oktas),
    }));
  },
};

/** By first character, so that a group is tried against two forms at most. */
const CODES: Readonly<Record<string, readonly Code[]>> = {
  A: [STATION_TYPE, ALTIMETER, CLOUD_TYPES],
  B: [CLOUD_TYPES],
  C: [CLOUD_TYPES],
  D: [CLOUD_TYPES],
  F: [CLOUD_TYPES],
  H: [CLOUD_TYPES],
  I: [ICE_ACCRETION, CLOUD_TYPES],
  N: [CLOUD_TYPES],
  P: [PRECIPITATION_1H, AMOUNT_UNKNOWN],
  Q: [FIELD_PRESSURE],
  R: [CLOUD_TYPES],
  S: [SEA_LEVEL, CLOUD_TYPES],
  T: [EXACT_TEMPERATURE, CLOUD_TYPES],
  1: [MAX_6H],
  2: [MIN_6H],
  4: [EXTREMES_24H, SNOW_DEPTH],
  5: [TENDENCY],
  6: [PRECIPITATION_6H, AMOUNT_UNKNOWN],
  7: [PRECIPITATION_24H, AMOUNT_UNKNOWN],
  9: [SNOW_WATER, SNOWFALL_6H, SUNSHINE],
};

/** Reads a remark of one group (FMH-1 chapter 12). False when it has no known meaning. */
export function readRemarkCode(group: string, into: Target): boolean {
  if (MISSING.has(group)) {
    (into.missing ??= []).push(group);
    return true;
  }
  if (readWord(group, into)) return true;
  for (const { form, read } of CODES[group.charAt(0)] ?? []) {
    const match = form.exec(group);
    if (match === null) continue;
    read(into, match[1] ?? "", match[2] ?? "");
    return true;
  }
  return false;
}

function readWord(group: string, into: Target): boolean {
  switch (group) {
    case "$":
      into.maintenance = true;
      return true;
    case "PRESRR":
      into.pressureChange = "rising rapidly";
      return true;
    case "PRESFR":
      into.pressureChange = "falling rapidly";
      return true;
    default:
      return false;
  }
}

/** A sign digit (1 is minus) and tenths of a degree. */
function tenths(text: string): number {
  return round((text.startsWith("1") ? -1 : 1) * (Number(text.slice(1)) / 10), 1);
}

/** Hundredths of an inch in millimetres. */
function hundredths(text: string): number {
  return millimetresFromInches(Number(text) / 100);
}
