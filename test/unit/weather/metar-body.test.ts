import { expect, test } from "vitest";
import { decodeMetar } from "../../../plugins-wasm/weather/src/metar/metar.ts";

/** One group in an otherwise plain report, and the fields it must give. */
type Row = readonly [group: string, fields: Readonly<Record<string, unknown>>];

const WIND: readonly Row[] = [
  ["31007KT", { windDirDeg: 310, windKt: 7 }],
  ["31007G19KT", { windDirDeg: 310, windKt: 7, gustKt: 19 }],
  ["310107G123KT", { windDirDeg: 310, windKt: 107, gustKt: 123 }],
  ["00000KT", { windDirDeg: 0, windKt: 0 }],
  ["36004MPS", { windDirDeg: 360, windKt: 7.8 }],
  ["18006G12MPS", { windDirDeg: 180, windKt: 11.7, gustKt: 23.3 }],
  ["09018KMH", { windDirDeg: 90, windKt: 9.7 }],
  ["09018KPH", { windDirDeg: 90, windKt: 9.7 }],
  ["31007KTS", { windDirDeg: 310, windKt: 7 }],
  ["VRB03KT", { windVariable: true, windKt: 3 }],
  ["220P99KT", { windDirDeg: 220, windKt: 99, windBound: "above" }],
  ["22060GP99KT", { windDirDeg: 220, windKt: 60, gustKt: 99, gustBound: "above" }],
  ["140P49MPS", { windDirDeg: 140, windKt: 95.2, windBound: "above" }],
  ["/////KT", {}],
  ["///12KT", { windKt: 12 }],
  ["240//KT", { windDirDeg: 240 }],
  ["000////KT", {}],
  ["24012G//KT", { windDirDeg: 240, windKt: 12 }],
  ["MMMMMKT", {}],
  ["240MMGMMKT", { windDirDeg: 240 }],
  ["24012KT 200V270", { windDirDeg: 240, windKt: 12, windFromDeg: 200, windToDeg: 270 }],
  ["24012KT ///V///", { windDirDeg: 240, windKt: 12 }],
  ["31020G35", { windDirDeg: 310, windKt: 20, gustKt: 35 }],
];

const VISIBILITY: readonly Row[] = [
  ["0800", { visM: 800 }],
  ["0000", { visM: 0 }],
  ["9999", { visM: 10000, visBound: "above" }],
  ["9999NDV", { visM: 10000, visBound: "above" }],
  ["CAVOK", { visM: 10000, visBound: "above", cavok: true }],
  ["6000 1200NE", { visM: 6000, visDirections: [{ direction: "NE", visM: 1200 }] }],
  ["1500SE", { visM: 1500, visDirections: [{ direction: "SE", visM: 1500 }] }],
  [
    "2000S 7000N",
    {
      visM: 2000,
      visDirections: [
        { direction: "S", visM: 2000 },
        { direction: "N", visM: 7000 },
      ],
    },
  ],
  ["3000S 4500", { visM: 4500, visDirections: [{ direction: "S", visM: 3000 }] }],
  ["10SM", { visM: 16093 }],
  ["0SM", { visM: 0 }],
  ["1/2SM", { visM: 805 }],
  ["1 1/2SM", { visM: 2414 }],
  ["2 3/4SM", { visM: 4426 }],
  ["11/2SM", { visM: 2414 }],
  ["15/16SM", { visM: 1509 }],
  ["5/16SM", { visM: 503 }],
  ["M1/4SM", { visM: 402, visBound: "below" }],
  ["P6SM", { visM: 9656, visBound: "above" }],
  ["7KM", { visM: 7000 }],
  ["4000M", { visM: 4000 }],
  ["////", {}],
  ["////SM", {}],
  ["////NDV", {}],
];

const RUNWAYS: readonly Row[] = [
  ["R27L/0375N", { rvr: [{ runway: "27L", rvrM: 375, trend: "none" }] }],
  ["R04/P1500U", { rvr: [{ runway: "04", rvrM: 1500, rvrBound: "above", trend: "up" }] }],
  ["R31///// R04/0600", { rvr: [{ runway: "04", rvrM: 600 }] }],
  ["R22R/M0050D", { rvr: [{ runway: "22R", rvrM: 50, rvrBound: "below", trend: "down" }] }],
  ["R17/2600FT", { rvr: [{ runway: "17", rvrM: 792 }] }],
  ["R06/1200V1800FT/U", { rvr: [{ runway: "06", rvrM: 366, rvrMaxM: 549, trend: "up" }] }],
  [
    "R12/M0600VP6000FT/N",
    {
      rvr: [
        {
          runway: "12",
          rvrM: 183,
          rvrBound: "below",
          rvrMaxM: 1829,
          rvrMaxBound: "above",
          trend: "none",
        },
      ],
    },
  ],
  ["R09/0325V0700N", { rvr: [{ runway: "09", rvrM: 325, rvrMaxM: 700, trend: "none" }] }],
  ["RVRNO", { rvrUnavailable: true }],
  [
    "R12/290042",
    {
      runwayStates: [
        {
          runway: "12",
          deposit: "wet or water patches",
          coverage: "51 to 100 %",
          depthMm: 0,
          frictionCoefficient: 0.42,
        },
      ],
    },
  ],
  ["R88/CLRD62", { runwayStates: [{ runway: "88", cleared: true, frictionCoefficient: 0.62 }] }],
  ["R33/CLRD//", { runwayStates: [{ runway: "33", cleared: true }] }],
  ["R15C/CLRD", { runwayStates: [{ runway: "15C", cleared: true }] }],
  [
    "R24//99493",
    { runwayStates: [{ runway: "24", coverage: "51 to 100 %", depthMm: 200, braking: "medium" }] },
  ],
  ["R/SNOCLO", { runwayStates: [{ closedBySnow: true }] }],
  ["R23/SNOCLO", { runwayStates: [{ runway: "23", closedBySnow: true }] }],
  ["88CLRD70", { runwayStates: [{ runway: "88", cleared: true, frictionCoefficient: 0.7 }] }],
  [
    "1451//95",
    {
      runwayStates: [
        { runway: "14", deposit: "wet snow", coverage: "10 % or less", braking: "good" },
      ],
    },
  ],
];

const WEATHER: readonly Row[] = [
  ["-SHRA", { weather: ["-SHRA"], weatherText: ["light showers of rain"] }],
  ["+TSRAGS", { weatherText: ["heavy thunderstorm with rain and small hail or snow pellets"] }],
  ["FZFG BLSN", { weather: ["FZFG", "BLSN"], weatherText: ["freezing fog", "blowing snow"] }],
  ["VCTS", { weatherText: ["thunderstorm in the vicinity"] }],
  ["VCSH", { weatherText: ["showers in the vicinity"] }],
  ["+FC", { weatherText: ["tornado or waterspout"] }],
  ["FC", { weatherText: ["funnel cloud"] }],
  ["-FZRASNPL", { weatherText: ["light freezing rain and snow and ice pellets"] }],
  ["VCMI", { weather: ["VCMI"] }],
  ["BCFG PRFG MIFG", { weatherText: ["patches of fog", "partial fog", "shallow fog"] }],
  ["UP", { weatherText: ["unknown precipitation"] }],
  ["//", { weather: [] }],
];

const SKY: readonly Row[] = [
  ["FEW008", { sky: [{ cover: "FEW", baseFt: 800 }] }],
  [
    "SCT025CB BKN040TCU",
    {
      sky: [
        { cover: "SCT", baseFt: 2500, type: "CB" },
        { cover: "BKN", baseFt: 4000, type: "TCU" },
      ],
    },
  ],
  ["OVC000", { sky: [{ cover: "OVC", baseFt: 0 }] }],
  ["BKN037///", { sky: [{ cover: "BKN", baseFt: 3700 }] }],
  ["FEW///CB", { sky: [{ cover: "FEW", type: "CB" }] }],
  ["SCT///", { sky: [{ cover: "SCT" }] }],
  ["///015", { sky: [{ baseFt: 1500 }] }],
  ["///015TCU", { sky: [{ baseFt: 1500, type: "TCU" }] }],
  ["//////CB", { sky: [{ type: "CB" }] }],
  ["//////", { sky: [] }],
  ["/////////", { sky: [] }],
  ["VV002", { sky: [{ cover: "VV", baseFt: 200 }] }],
  ["VV///", { sky: [{ cover: "VV" }] }],
  ...["SKC", "CLR", "NSC", "NCD"].map((cover): Row => [cover, { sky: [{ cover }] }]),
];

const TEMPERATURE: readonly Row[] = [
  ["18/09", { tempC: 18, dewC: 9 }],
  ["M02/M11", { tempC: -2, dewC: -11 }],
  ["00/M00", { tempC: 0, dewC: 0 }],
  ["07///", { tempC: 7 }],
  ["07/", { tempC: 7 }],
  ["M07/M", { tempC: -7 }],
  ["M/", {}],
  ["MM/MM", {}],
  ["XX/XX", {}],
  ["//05", { dewC: 5 }],
  ["/////", {}],
];

const PRESSURE: readonly Row[] = [
  ["Q0987", { pressHPa: 987 }],
  ["A2992", { pressHPa: 1013.2, altimeterInHg: 29.92 }],
  ["Q1013 A2991", { pressHPa: 1013, altimeterInHg: 29.91 }],
  ["A2991 Q1013", { pressHPa: 1013, altimeterInHg: 29.91 }],
  ["QNH2981INS", { pressHPa: 1009.5, altimeterInHg: 29.81 }],
  ["QNH1009", { pressHPa: 1009 }],
  ["Q////", {}],
  ["A////", {}],
];

const SUPPLEMENT: readonly Row[] = [
  ["RERA RETSSN", { recentWeather: ["RA", "TSSN"] }],
  ["REUP", { recentWeather: ["UP"] }],
  ["RE-RA", { recentWeather: ["-RA"] }],
  ["RE//", {}],
  ["WS R03", { windShear: ["03"] }],
  ["WS RWY21L WS R21R", { windShear: ["21L", "21R"] }],
  ["WS TKOF RWY09", { windShear: ["09"] }],
  ["WS ALL RWY", { windShear: ["ALL"] }],
  ["W15/S3", { sea: { tempC: 15, state: "slight" } }],
  ["WM01/S6", { sea: { tempC: -1, state: "very rough" } }],
  ["W///S3", { sea: { state: "slight" } }],
  ["W08/H15", { sea: { tempC: 8, waveHeightM: 1.5 } }],
  ["W///H///", { sea: {} }],
  ["BLU", { colour: "BLU" }],
  ["GRN WHT", { colour: "GRN WHT" }],
  ["BLACK", { colour: "BLACK" }],
  ["BLACKAMB", { colour: "BLACKAMB" }],
  ["BLU+", { colour: "BLU+" }],
  ["YLO1", { colour: "YLO1" }],
];

const PLAIN = { type: "METAR", station: "XYZW", day: 9, hhmm: "1420", sky: [] };
const NO_WEATHER = { weather: [], weatherText: [] };

const FAMILIES = {
  wind: WIND,
  visibility: VISIBILITY,
  "runway range and state": RUNWAYS,
  "present weather": WEATHER,
  sky: SKY,
  temperature: TEMPERATURE,
  pressure: PRESSURE,
  supplement: SUPPLEMENT,
};

for (const [family, rows] of Object.entries(FAMILIES)) {
  test.each(rows)(`${family}: %s`, (group, fields) => {
    const metar = decodeMetar(`XYZW 091420Z ${group}`);
    // A row on weather may name the codes, their words, or both; every other field must be named.
    const { weather, weatherText } = family === "present weather" ? metar : NO_WEATHER;
    expect(metar).toEqual({ ...PLAIN, weather, weatherText, ...fields });
  });
}
