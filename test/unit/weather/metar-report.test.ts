import { expect, test } from "vitest";
import { decodeMetar } from "../../../plugins-wasm/weather/src/metar/metar.ts";

test("a report of the United States reads from its station to its maintenance sign", () => {
  const report =
    "METAR KABC 171856Z AUTO 30012G21KT 270V340 3/4SM R29L/2800V4500FT/D -TSRA BR FEW012 " +
    "OVC022CB 19/17 A2971 RMK AO2 TSB31 SLP058 P0013 T01890167 $";
  expect(decodeMetar(report)).toEqual({
    type: "METAR",
    station: "KABC",
    day: 17,
    hhmm: "1856",
    auto: true,
    windDirDeg: 300,
    windKt: 12,
    gustKt: 21,
    windFromDeg: 270,
    windToDeg: 340,
    visM: 1207,
    rvr: [{ runway: "29L", rvrM: 853, rvrMaxM: 1372, trend: "down" }],
    weather: ["-TSRA", "BR"],
    weatherText: ["light thunderstorm with rain", "mist"],
    sky: [
      { cover: "FEW", baseFt: 1200 },
      { cover: "OVC", baseFt: 2200, type: "CB" },
    ],
    tempC: 19,
    dewC: 17,
    altimeterInHg: 29.71,
    pressHPa: 1006.1,
    remarks: {
      text: "AO2 TSB31 SLP058 P0013 T01890167 $",
      stationType: "AO2",
      weatherEvents: [{ weather: "TS", event: "began", hhmm: "1831" }],
      slpHPa: 1005.8,
      precip1hMm: 3.3,
      tempC: 18.9,
      dewC: 16.7,
      maintenance: true,
    },
  });
});

test.each([
  ["METAR COR XYZW 091420Z CAVOK", { type: "METAR", correction: "COR" }],
  ["SPECI XYZW 091420Z COR CAVOK", { type: "SPECI", correction: "COR" }],
  ["XYZW 091420Z CCB CAVOK", { type: "METAR", correction: "CCB" }],
  ["XYZW 091420Z RTD AUTO CAVOK", { delayed: true, auto: true }],
  ["METAR METAR XYZW 091420Z CAVOK", { type: "METAR" }],
  ["XYZW 091420 CAVOK", { day: 9, hhmm: "1420" }],
  ["xyzw 091420z cavok 07/m01 q1013 nosig", { station: "XYZW", tempC: 7, dewC: -1 }],
  ["\u0001\r\r\nMETAR XYZW 091420Z\r\r\n     CAVOK\t07/M01=\r\r\n\u0003", { tempC: 7 }],
  ["XYZW 091420Z\\r CAVOK\\s\\n07/M01", { tempC: 7 }],
  ["XYZW 091420Z 07/M01 CAVOK 24010KT", { windDirDeg: 240, visM: 10000, tempC: 7 }],
])("%j is read", (report, fields) => {
  expect(decodeMetar(report)).toMatchObject({ station: "XYZW", ...fields });
});

test("a report that says there is none has a station, a time and nothing else", () => {
  expect(decodeMetar("METAR XYZW 091420Z NIL=")).toEqual({
    type: "METAR",
    station: "XYZW",
    day: 9,
    hhmm: "1420",
    nil: true,
    weather: [],
    weatherText: [],
    sky: [],
  });
});

const EMPTY = { weather: [], weatherText: [], sky: [] };

test.each([
  ["NOSIG", [{ change: "NOSIG", ...EMPTY }]],
  [
    "BECMG FM1500 TL1530 22015G25KT",
    [
      {
        change: "BECMG",
        from: { hhmm: "1500" },
        until: { hhmm: "1530" },
        windDirDeg: 220,
        windKt: 15,
        gustKt: 25,
        ...EMPTY,
      },
    ],
  ],
  [
    "BECMG AT1510 CAVOK TEMPO TL2400 0800 FG VV001",
    [
      {
        change: "BECMG",
        at: { hhmm: "1510" },
        cavok: true,
        visM: 10000,
        visBound: "above",
        ...EMPTY,
      },
      {
        change: "TEMPO",
        until: { hhmm: "2400" },
        visM: 800,
        weather: ["FG"],
        weatherText: ["fog"],
        sky: [{ cover: "VV", baseFt: 100 }],
      },
    ],
  ],
  [
    "TEMPO 0915/0917 NSW NSC",
    [
      {
        change: "TEMPO",
        from: { day: 9, hhmm: "1500" },
        until: { day: 9, hhmm: "1700" },
        weather: ["NSW"],
        weatherText: ["no significant weather"],
        sky: [{ cover: "NSC" }],
      },
    ],
  ],
  ["TEMPO GRN", [{ change: "TEMPO", colour: "GRN", ...EMPTY }]],
  ["PROB40 TEMPO 3000", [{ change: "TEMPO", probabilityPct: 40, visM: 3000, ...EMPTY }]],
  ["PROB30 3000", [{ change: "PROB", probabilityPct: 30, visM: 3000, ...EMPTY }]],
  ["INTER 3000", [{ change: "INTER", visM: 3000, ...EMPTY }]],
  [
    "FM1600 24010KT",
    [{ change: "FM", from: { hhmm: "1600" }, windDirDeg: 240, windKt: 10, ...EMPTY }],
  ],
])("the trend %s is read", (trend, trends) => {
  expect(decodeMetar(`XYZW 091420Z 24010KT 9999 07/M01 Q1013 ${trend}`).trends).toEqual(trends);
});

test("a trend ends where a runway state begins", () => {
  const metar = decodeMetar("XYZW 091420Z 24010KT TEMPO 0600 FG R14L/290050 NOSIG");
  expect(metar).toMatchObject({
    trends: [{ change: "TEMPO", visM: 600, weather: ["FG"] }, { change: "NOSIG" }],
    runwayStates: [{ runway: "14L", frictionCoefficient: 0.5 }],
  });
});

test("a trend ends where the remarks begin", () => {
  const metar = decodeMetar("XYZW 091420Z 24010KT TEMPO 3000 BR RMK QFE745");
  expect(metar).toMatchObject({ trends: [{ visM: 3000 }], remarks: { qfeHPa: 993.3 } });
});
