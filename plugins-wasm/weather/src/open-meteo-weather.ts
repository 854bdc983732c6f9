/** WMO table 4677 as far as Open-Meteo uses it, in METAR code; 0 to 3 are clouds only. */
const CODES: Readonly<Record<number, string>> = {
  45: "FG",
  48: "FZFG",
  51: "-DZ",
  53: "DZ",
  55: "+DZ",
  56: "-FZDZ",
  57: "FZDZ",
  61: "-RA",
  63: "RA",
  65: "+RA",
  66: "-FZRA",
  67: "+FZRA",
  71: "-SN",
  73: "SN",
  75: "+SN",
  77: "SG",
  80: "-SHRA",
  81: "SHRA",
  82: "+SHRA",
  85: "-SHSN",
  86: "+SHSN",
  95: "TS",
  96: "TSGS",
  99: "TSGR",
};
const CLOUDS_ONLY_MAX = 3;

/** The weather of a code; an empty list when there is none, nothing when the code is unknown. */
export function weatherOfCode(code: number): readonly string[] | undefined {
  if (Number.isInteger(code) && code >= 0 && code <= CLOUDS_ONLY_MAX) return [];
  const weather = CODES[code];
  return weather === undefined ? undefined : [weather];
}
