import { expect, test } from "vitest";
import { decodeMetar } from "../../../plugins-wasm/weather/src/metar/metar.ts";

function remarksOf(text: string, hhmm = "1420"): unknown {
  return decodeMetar(`XYZW 09${hhmm}Z CAVOK RMK ${text}`).remarks;
}

const CODES: readonly (readonly [text: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["AO1", { stationType: "AO1" }],
  ["A02", { stationType: "AO2" }],
  ["SLP982", { slpHPa: 998.2 }],
  ["SLP004", { slpHPa: 1000.4 }],
  ["SLPNO", { missing: ["SLPNO"] }],
  ["RVRNO PWINO FZRANO TSNO PNO", { missing: ["RVRNO", "PWINO", "FZRANO", "TSNO", "PNO"] }],
  ["T10231056", { tempC: -2.3, dewC: -5.6 }],
  ["T0123", { tempC: 12.3 }],
  ["10211 21005", { max6hC: 21.1, min6hC: -0.5 }],
  ["402331021", { max24hC: 23.3, min24hC: -2.1 }],
  ["52032", { tendency3h: { code: 2, changeHPa: 3.2 } }],
  ["58011", { tendency3h: { code: 8, changeHPa: -1.1 } }],
  ["54000", { tendency3h: { code: 4, changeHPa: 0 } }],
  ["55///", { tendency3h: { code: 5 } }],
  ["P0009 60217 70320", { precip1hMm: 2.29, precip6hMm: 55.12, precip24hMm: 81.28 }],
  ["P0000", { precip1hMm: 0 }],
  ["P//// 6//// 7////", {}],
  ["4/021", { snowDepthCm: 53.3 }],
  ["933036 931011 98096", { snowWaterMm: 91.4, snowfall6hCm: 2.8, sunshineMin: 96 }],
  [
    "I1004 I3010",
    {
      iceAccretion: [
        { hours: 1, mm: 1.02 },
        { hours: 3, mm: 2.54 },
      ],
    },
  ],
  ["PRESRR", { pressureChange: "rising rapidly" }],
  ["PRESFR", { pressureChange: "falling rapidly" }],
  ["$", { maintenance: true }],
  ["A2993", { altimeterInHg: 29.93 }],
  ["QFE745", { qfeHPa: 993.3 }],
  ["QFE745/0993", { qfeHPa: 993 }],
  ["QFE1002", { qfeHPa: 1002 }],
  [
    "SC6AC2",
    {
      cloudTypes: [
        { type: "SC", oktas: 6 },
        { type: "AC", oktas: 2 },
      ],
    },
  ],
  [
    "CF1CB3",
    {
      cloudTypes: [
        { type: "CF", oktas: 1 },
        { type: "CB", oktas: 3 },
      ],
    },
  ],
  ["DENSITY ALT 4300FT", { densityAltitudeFt: 4300 }],
];

const PHRASES: readonly (readonly [text: string, fields: Readonly<Record<string, unknown>>])[] = [
  ["PK WND 29038/05", { peakWind: { windDirDeg: 290, windKt: 38, hhmm: "1405" } }],
  ["PK WND 29038/55", { peakWind: { windDirDeg: 290, windKt: 38, hhmm: "1355" } }],
  ["PK WND 290102/1312", { peakWind: { windDirDeg: 290, windKt: 102, hhmm: "1312" } }],
  ["WSHFT 1347 FROPA", { windShift: { hhmm: "1347", frontal: true } }],
  ["WSHFT 10", { windShift: { hhmm: "1410" } }],
  ["TWR VIS 1 1/2", { towerVisM: 2414 }],
  ["SFC VIS 3", { surfaceVisM: 4828 }],
  ["VIS NE 2 1/2", { visDirections: [{ direction: "NE", visM: 4023 }] }],
  ["VIS 3/4V1 1/2", { variableVisM: { min: 1207, max: 2414 } }],
  ["VIS 1 1/4V3", { variableVisM: { min: 2012, max: 4828 } }],
  ["VIS 1 1/4V2 1/2", { variableVisM: { min: 2012, max: 4023 } }],
  ["VIS 2V4", { variableVisM: { min: 3219, max: 6437 } }],
  ["CIG 008V013", { variableCeilingFt: { min: 800, max: 1300 } }],
  ["CIG 004", { ceilingFt: 400 }],
  ["SNINCR 1/9", { snowIncreasing: { lastHourCm: 2.5, depthCm: 22.9 } }],
  ["GR 1 3/4", { hailMm: 44.45 }],
  [
    "FRQ LTGICCG DSNT N-NE AND SW",
    { lightning: [{ frequency: "FRQ", types: ["IC", "CG"], where: "DSNT N-NE AND SW" }] },
  ],
  ["LTG VC", { lightning: [{ types: [], where: "VC" }] }],
  ["CONS LTG", { lightning: [{ frequency: "CONS", types: [] }] }],
  [
    "RAB02E17SNB17 -DZE1350",
    {
      weatherEvents: [
        { weather: "RA", event: "began", hhmm: "1402" },
        { weather: "RA", event: "ended", hhmm: "1417" },
        { weather: "SN", event: "began", hhmm: "1417" },
        { weather: "-DZ", event: "ended", hhmm: "1350" },
      ],
    },
  ],
];

test.each([...CODES, ...PHRASES])("the remark %s is read", (text, fields) => {
  expect(remarksOf(text)).toEqual({ text, ...fields });
});

test("minutes after those of the report lie in the hour before, also across midnight", () => {
  expect(remarksOf("WSHFT 56", "0005")).toMatchObject({ windShift: { hhmm: "2356" } });
});

test("what has no known meaning is kept as text, neighbours together and as it was given", () => {
  expect(remarksOf("Ao2 torNADO b13 6 NE SLP982 RWY03 dry")).toEqual({
    text: "Ao2 torNADO b13 6 NE SLP982 RWY03 dry",
    stationType: "AO2",
    slpHPa: 998.2,
    unread: ["torNADO b13 6 NE", "RWY03 dry"],
  });
});

test.each([
  ["PK WND 29038"],
  ["PK WND 37038/05"],
  ["PK WND 29038/2460"],
  ["WSHFT SOON"],
  ["WSHFT 2575"],
  ["TWR VIS GOOD"],
  ["TWR DOWN"],
  ["VIS NE GOOD"],
  ["VIS 1V2V3"],
  ["VIS"],
  ["CIG RAGGED"],
  ["SNINCR LOTS"],
  ["GR LESS THAN 1/3"],
  ["DENSITY ALT HIGH"],
  ["DENSITY HIGH"],
  ["RAB61"],
  ["QQB05"],
  ["59032"],
  ["T2023"],
  ["FRQ SHWRS"],
])("the remark %s is no code and therefore text", (text) => {
  expect(remarksOf(text)).toEqual({ text, unread: [text] });
});

test("a report may end in RMK", () => {
  expect(remarksOf("")).toEqual({ text: "" });
});
