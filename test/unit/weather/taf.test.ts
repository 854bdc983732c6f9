import { expect, test } from "vitest";
import { decodeTaf } from "../../../plugins-wasm/weather/src/taf/taf.ts";

const EMPTY = { weather: [], weatherText: [], sky: [] };

test("a forecast reads from its station to its last change", () => {
  const report =
    "TAF XYZW 041130Z 0412/0512 24012G22KT 9999 -RA SCT025 TX11/0413Z TNM03/0503Z " +
    "BECMG 0416/0418 30008KT TEMPO 0414/0418 4000 SHRA BKN012CB " +
    "PROB30 TEMPO 0502/0506 0600 FG VV/// PROB40 0508/0510 1500 BR FM051000 VRB02KT CAVOK=";
  expect(decodeTaf(report)).toEqual({
    type: "TAF",
    station: "XYZW",
    day: 4,
    hhmm: "1130",
    from: { day: 4, hhmm: "1200" },
    until: { day: 5, hhmm: "1200" },
    windDirDeg: 240,
    windKt: 12,
    gustKt: 22,
    visM: 10000,
    visBound: "above",
    weather: ["-RA"],
    weatherText: ["light rain"],
    sky: [{ cover: "SCT", baseFt: 2500 }],
    tempMax: [{ tempC: 11, day: 4, hhmm: "1300" }],
    tempMin: [{ tempC: -3, day: 5, hhmm: "0300" }],
    changes: [
      {
        ...EMPTY,
        change: "BECMG",
        from: { day: 4, hhmm: "1600" },
        until: { day: 4, hhmm: "1800" },
        windDirDeg: 300,
        windKt: 8,
      },
      {
        change: "TEMPO",
        from: { day: 4, hhmm: "1400" },
        until: { day: 4, hhmm: "1800" },
        visM: 4000,
        weather: ["SHRA"],
        weatherText: ["showers of rain"],
        sky: [{ cover: "BKN", baseFt: 1200, type: "CB" }],
      },
      {
        change: "TEMPO",
        probabilityPct: 30,
        from: { day: 5, hhmm: "0200" },
        until: { day: 5, hhmm: "0600" },
        visM: 600,
        weather: ["FG"],
        weatherText: ["fog"],
        sky: [{ cover: "VV" }],
      },
      {
        change: "PROB",
        probabilityPct: 40,
        from: { day: 5, hhmm: "0800" },
        until: { day: 5, hhmm: "1000" },
        visM: 1500,
        weather: ["BR"],
        weatherText: ["mist"],
        sky: [],
      },
      {
        ...EMPTY,
        change: "FM",
        from: { day: 5, hhmm: "1000" },
        windVariable: true,
        windKt: 2,
        cavok: true,
        visM: 10000,
        visBound: "above",
      },
    ],
  });
});

test.each([
  ["TAF AMD XYZW 041130Z 0412/0512 CAVOK", { amended: true }],
  ["TAF XYZW AMD 041130Z 0412/0512 CAVOK", { amended: true }],
  ["TAF COR XYZW 041130Z 0412/0512 CAVOK", { corrected: true }],
  ["TAF RTD XYZW 041130Z 0412/0512 CAVOK", { delayed: true }],
  ["TAF TAF AMD XYZW 041130Z 0412/0512 CAVOK", { amended: true }],
  ["XYZW 041130Z 0412/0524 CAVOK", { until: { day: 5, hhmm: "2400" } }],
  ["TAF XYZW 041130 0412/0512 CAVOK", { day: 4, hhmm: "1130", from: { day: 4, hhmm: "1200" } }],
  ["TAF XYZW 0411XXZ 0412/0512 CAVOK", { day: 4 }],
  ["TAF XYZW 0412/0512 CAVOK", { from: { day: 4, hhmm: "1200" } }],
  ["TAF XYZW 041130Z 041206 CAVOK", { from: { day: 4, hhmm: "1200" }, until: { hhmm: "0600" } }],
  ["TAF XYZW 041206 CAVOK", { from: { day: 4, hhmm: "1200" }, until: { hhmm: "0600" } }],
  ["TAF XYZW 041130Z 1206 CAVOK", { from: { hhmm: "1200" }, until: { hhmm: "0600" } }],
  ["taf xyzw 041130z 0412/0512 cavok", { cavok: true }],
])("%s is read", (report, fields) => {
  expect(decodeTaf(report)).toMatchObject({ type: "TAF", station: "XYZW", ...fields });
});

test("the time of issue has no minutes when they were not filled in", () => {
  expect(decodeTaf("TAF XYZW 0411XXZ 0412/0512 CAVOK")).not.toHaveProperty("hhmm");
});

test.each([
  ["TAF XYZW 041130Z NIL", { nil: true, changes: [] }],
  ["TAF XYZW 041130Z 0412/0512 CNL=", { cancelled: true, changes: [] }],
  ["TAF AMD XYZW 041130Z 0412/0512 CNL", { amended: true, cancelled: true, changes: [] }],
])("%s forecasts nothing", (report, fields) => {
  expect(decodeTaf(report)).toMatchObject(fields);
});

test.each([
  ["WS015/21040KT", { windShear: { heightFt: 1500, windDirDeg: 210, windKt: 40 } }],
  ["WS010/21020MPS", { windShear: { heightFt: 1000, windDirDeg: 210, windKt: 38.9 } }],
  ["WS010/21040KMH", { windShear: { heightFt: 1000, windDirDeg: 210, windKt: 21.6 } }],
  [
    "520308 5X0001",
    {
      turbulence: [
        { intensity: "moderate, occasional, in clear air", baseFt: 3000, thicknessFt: 8000 },
        { intensity: "extreme", baseFt: 0, thicknessFt: 1000 },
      ],
    },
  ],
  ["640104", { icing: [{ intensity: "moderate", baseFt: 1000, thicknessFt: 4000 }] }],
  ["QNH2995INS", { pressHPa: 1014.2, altimeterInHg: 29.95 }],
  ["WND 180V240", { windFromDeg: 180, windToDeg: 240 }],
  ["TX07/15Z", { tempMax: [{ tempC: 7, hhmm: "1500" }] }],
  ["TX/07 0415Z", { tempMax: [{ tempC: 7, day: 4, hhmm: "1500" }] }],
  ["TX07 TN01", { tempMax: [{ tempC: 7 }], tempMin: [{ tempC: 1 }] }],
  ["TNM04/0504Z TNM02/0604Z", { tempMin: [{ tempC: -4 }, { tempC: -2 }] }],
  ["PROB30", { changes: [{ change: "PROB", probabilityPct: 30 }] }],
  ["INTER 0416/0420 3000", { changes: [{ change: "INTER", visM: 3000 }] }],
  ["PROB40 INTER 0416/0420 3000", { changes: [{ change: "INTER", probabilityPct: 40 }] }],
  ["FM1600 3000", { changes: [{ change: "FM", from: { hhmm: "1600" } }] }],
  ["FM16 3000", { changes: [{ change: "FM", from: { hhmm: "1600" } }] }],
  ["TEMPO 1618 3000", { changes: [{ from: { hhmm: "1600" }, until: { hhmm: "1800" } }] }],
])("the groups %s are read", (groups, fields) => {
  expect(decodeTaf(`TAF XYZW 041130Z 0412/0512 24012KT ${groups}`)).toMatchObject(fields);
});

test.each([
  ["RMK NXT FCST BY 041800Z", ["NXT FCST BY 041800Z"], 0],
  ["RMK", undefined, 0],
  ["AMD NOT SKED AFT 0420", ["AMD NOT SKED AFT 0420"], 0],
  ["RMK FCST BASED ON AUTO OBS TEMPO 0416/0418 3000", ["FCST BASED ON AUTO OBS"], 1],
  ["RMK TEMPO THUNDER LIKELY", ["TEMPO THUNDER LIKELY"], 0],
  ["RMK FM HERE PROB30 OF SNOW", ["FM HERE PROB30 OF SNOW"], 0],
  ["RMK WIND BY MAST FM041800 SEV TURB BLW 5000FT", ["WIND BY MAST", "SEV TURB BLW 5000FT"], 1],
  ["LAST NO AMDS AFT 0420 PROB30 0416/0418 3000", ["LAST NO AMDS AFT 0420"], 1],
  ["2000FT WIND 24025KT QNH MNM 1008 MAX 1014", ["2000FT WIND 24025KT QNH MNM 1008 MAX 1014"], 0],
  ["RMK A PROB30 TEMPO 0416/0418 3000", ["A"], 1],
])("the free text of %s is kept", (text, remarks, changes) => {
  const taf = decodeTaf(`TAF XYZW 041130Z 0412/0512 24012KT ${text}`);
  expect(taf.remarks).toEqual(remarks);
  expect(taf.changes).toHaveLength(changes);
});

test("temperatures stand behind free text as well", () => {
  const taf = decodeTaf("TAF XYZW 0412/0512 24012KT AUTOMATED SENSOR METWATCH TX11/0415Z");
  expect(taf).toMatchObject({
    remarks: ["AUTOMATED SENSOR METWATCH"],
    tempMax: [{ tempC: 11, day: 4, hhmm: "1500" }],
  });
});
