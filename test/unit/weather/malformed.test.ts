import { expect, test } from "vitest";
import { decodeMetar } from "../../../plugins-wasm/weather/src/metar/metar.ts";
import { REPORT_CHARS_MAX } from "../../../plugins-wasm/weather/src/report/cursor.ts";
import { ReportError } from "../../../plugins-wasm/weather/src/report/report-error.ts";
import { decodeTaf } from "../../../plugins-wasm/weather/src/taf/taf.ts";

type Row = readonly [report: string, message: string];

const WIND = "the wind as dddff[Gff] and KT, MPS or KMH, such as 24016G28KT or VRB03KT";
const VISIBILITY =
  "the visibility in metres (4 digits), or in miles such as 10SM, 1 1/2SM, M1/4SM, P6SM";
const METAR_GROUP =
  "a group of a METAR: wind, visibility, RVR, weather, clouds, temperature, pressure, trend or RMK";
const TAF_GROUP =
  "a group of a TAF: wind, visibility, weather, clouds, temperature, FM, BECMG, TEMPO, PROB or RMK";
const STATION = "the station as four letters or digits, such as KJFK";

function errorOf(decode: (text: string) => unknown, report: string): ReportError {
  try {
    decode(report);
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(report)} was read without an error`);
}

const METARS: readonly Row[] = [
  ["", `report ends at character 1: expected ${STATION}`],
  ["  \n ", `report ends at character 5: expected ${STATION}`],
  ["METAR", `report ends at character 6: expected ${STATION}`],
  ["METAR KJF 091420Z CAVOK", `group 2 "KJF" at character 7: expected ${STATION}`],
  ["12AB 091420Z CAVOK", `group 1 "12AB" at character 1: expected ${STATION}`],
  ["KJFKX 091420Z CAVOK", `group 1 "KJFKX" at character 1: expected ${STATION}`],
  [
    "XYZW 24016KT CAVOK",
    'group 2 "24016KT" at character 6: expected the day and time as ddhhmmZ, such as 051853Z',
  ],
  ["XYZW", "report ends at character 5: expected the day and time as ddhhmmZ, such as 051853Z"],
  [
    "XYZW 321420Z CAVOK",
    'group 2 "321420Z" at character 6: expected a day of the month from 01 to 31 in ddhhmmZ',
  ],
  [
    "XYZW 092520Z CAVOK",
    'group 2 "092520Z" at character 6: expected an hour from 00 to 23 in ddhhmmZ',
  ],
  [
    "XYZW 091460Z CAVOK",
    'group 2 "091460Z" at character 6: expected a minute from 00 to 59 in ddhhmmZ',
  ],
  ["XYZW 091420Z", "report ends at character 13: expected the wind or another group, or NIL"],
  ["XYZW 091420Z NIL CAVOK", 'group 4 "CAVOK" at character 18: expected nothing after NIL'],
  ["XYZW 091420Z 3601KT", `group 3 "3601KT" at character 14: expected ${WIND}`],
  ["XYZW 091420Z  24016G2KT", `group 3 "24016G2KT" at character 15: expected ${WIND}`],
  ["XYZW 091420Z VRBKT", `group 3 "VRBKT" at character 14: expected ${WIND}`],
  [
    "XYZW 091420Z 37016KT",
    'group 3 "37016KT" at character 14: expected a wind direction from 000 to 360',
  ],
  [
    "XYZW 091420Z 24016KT 200V400",
    'group 4 "200V400" at character 22: expected wind directions from 000 to 360',
  ],
  [
    "XYZW 091420Z 24016KT 25016KT",
    'group 4 "25016KT" at character 22: expected only one wind group',
  ],
  ["XYZW 091420Z 24016KT XYZZY 9999", `group 4 "XYZZY" at character 22: expected ${METAR_GROUP}`],
  ["XYZW 091420Z\n24016kt\nxyzzy", `group 4 "xyzzy" at character 22: expected ${METAR_GROUP}`],
  [
    "XYZW 091420Z 99999",
    `group 3 "99999" at character 14: expected a wind direction from 000 to 360`,
  ],
  ["XYZW 091420Z XSM", `group 3 "XSM" at character 14: expected ${VISIBILITY}`],
  [
    "XYZW 091420Z 1 1/7SM",
    'group 4 "1/7SM" at character 16: expected a fraction of miles in halves, quarters, eighths or sixteenths',
  ],
  [
    "XYZW 091420Z 9999 4000",
    'group 4 "4000" at character 19: expected only one visibility without a direction',
  ],
  [
    "XYZW 091420Z R27L/375N",
    'group 3 "R27L/375N" at character 14: expected a runway visual range such as R27L/0375N or R06/1200V1800FT/U, or a runway state of six digits',
  ],
  ["XYZW 091420Z -XX", `group 3 "-XX" at character 14: expected ${METAR_GROUP}`],
  [
    "XYZW 091420Z BKN12",
    'group 3 "BKN12" at character 14: expected a cloud group such as BKN012, SCT025CB, VV002 or NSC',
  ],
  [
    "XYZW 091420Z 7/M01",
    'group 3 "7/M01" at character 14: expected temperature and dew point with two digits each, such as 09/M01',
  ],
  [
    "XYZW 091420Z 07/01 08/01",
    'group 4 "08/01" at character 20: expected only one temperature group',
  ],
  ["XYZW 091420Z Q101", 'group 3 "Q101" at character 14: expected the pressure as Q1013 or A2992'],
  [
    "XYZW 091420Z Q2992",
    'group 3 "Q2992" at character 14: expected a pressure from 850 to 1100 hPa, as Q1013 or A2992',
  ],
  [
    "XYZW 091420Z Q1013 Q1014",
    'group 4 "Q1014" at character 20: expected only one pressure of each unit',
  ],
  [
    "XYZW 091420Z A2992 A2993",
    'group 4 "A2993" at character 20: expected only one pressure of each unit',
  ],
  [
    "XYZW 091420Z REXX",
    'group 3 "REXX" at character 14: expected recent weather such as RERA or RETSRA',
  ],
  [
    "XYZW 091420Z WS RUNWAY",
    'group 4 "RUNWAY" at character 17: expected the runway of a wind shear: R03 or ALL RWY',
  ],
  ["XYZW 091420Z 9999 TEMPO", "report ends at character 24: expected what changes, after TEMPO"],
  [
    "XYZW 091420Z 9999 TEMPO BECMG SKC",
    'group 5 "BECMG" at character 25: expected what changes, after TEMPO',
  ],
  [
    "XYZW 091420Z 9999 TEMPO TL2530 3000",
    'group 5 "TL2530" at character 25: expected an hour from 00 to 24',
  ],
  [
    "XYZW 091420Z 9999 TEMPO AT1475 3000",
    'group 5 "AT1475" at character 25: expected a minute from 00 to 59',
  ],
  [
    "XYZW 091420Z 9999 TEMPO 3000 XYZZY",
    `group 6 "XYZZY" at character 30: expected ${METAR_GROUP}`,
  ],
  [
    "XYZW 091420Z CAVOK= XYZW 091450Z CAVOK=",
    'group 4 "XYZW" at character 21: expected nothing after the = that ends a report',
  ],
  [
    `XYZW 091420Z ${"Z".repeat(60)}`,
    `group 3 "${"Z".repeat(40)}…" at character 14: expected ${METAR_GROUP}`,
  ],
];

const TAFS: readonly Row[] = [
  ["TAF", `report ends at character 4: expected ${STATION}`],
  ["TAF XYZW", "report ends at character 9: expected the validity as ddhh/ddhh, such as 1506/1612"],
  [
    "TAF XYZW 04113Z 0412/0512 CAVOK",
    'group 3 "04113Z" at character 10: expected the day and time of issue as ddhhmmZ',
  ],
  [
    "TAF XYZW 001130Z 0412/0512 CAVOK",
    'group 3 "001130Z" at character 10: expected a day of the month from 01 to 31',
  ],
  [
    "TAF XYZW 041130Z CAVOK",
    'group 4 "CAVOK" at character 18: expected the validity as ddhh/ddhh, such as 1506/1612',
  ],
  [
    "TAF XYZW 041130Z 0412/3212 CAVOK",
    'group 4 "0412/3212" at character 18: expected a day of the month from 01 to 31',
  ],
  [
    "TAF XYZW 041130Z 0425/0512 CAVOK",
    'group 4 "0425/0512" at character 18: expected an hour from 00 to 24',
  ],
  [
    "TAF XYZW 041130Z 0412/0512",
    "report ends at character 27: expected the wind or another group, NIL or CNL",
  ],
  [
    "TAF XYZW 041130Z 0412/0512 CNL CAVOK",
    'group 6 "CAVOK" at character 32: expected nothing after CNL',
  ],
  ["TAF XYZW 041130Z NIL CAVOK", 'group 5 "CAVOK" at character 22: expected nothing after NIL'],
  ["TAF XYZW 041130Z 0412/0512 XYZZY", `group 5 "XYZZY" at character 28: expected ${TAF_GROUP}`],
  [
    "TAF XYZW 041130Z 0412/0512 CAVOK TEMPO 4000",
    'group 7 "4000" at character 40: expected an hour from 00 to 24',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 CAVOK TEMPO SHRA",
    'group 7 "SHRA" at character 40: expected the period of TEMPO as ddhh/ddhh',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 CAVOK PROB30 SHRA",
    'group 7 "SHRA" at character 41: expected the period of PROB30 as ddhh/ddhh',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 CAVOK FM0418001 4000",
    'group 6 "FM0418001" at character 34: expected FM with day, hour and minute, such as FM191600',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 CAVOK FM041860 4000",
    'group 6 "FM041860" at character 34: expected a minute from 00 to 59',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 TX7/0415Z",
    'group 5 "TX7/0415Z" at character 28: expected a temperature such as TX17/1512Z or TNM02/1605Z',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 WS02/24045KT",
    'group 5 "WS02/24045KT" at character 28: expected a wind shear such as WS020/24045KT',
  ],
  [
    "TAF XYZW 041130Z 0412/0512 WS020/37045KT",
    'group 5 "WS020/37045KT" at character 28: expected a wind direction from 000 to 360',
  ],
];

test.each(METARS)("the METAR %j is malformed", (report, message) => {
  expect(errorOf(decodeMetar, report).message).toBe(message);
});

test.each(TAFS)("the TAF %j is malformed", (report, message) => {
  expect(errorOf(decodeTaf, report).message).toBe(message);
});

test("an error has its parts beside its message", () => {
  expect(errorOf(decodeMetar, "XYZW 091420Z 24016KT xyzzy")).toMatchObject({
    name: "ReportError",
    text: "xyzzy",
    position: { group: 4, character: 22 },
    expected: METAR_GROUP,
  });
});

test("a text too long for a report is refused at the first character too many", () => {
  const report = `XYZW 091420Z CAVOK RMK ${"X ".repeat(REPORT_CHARS_MAX)}`;
  expect(errorOf(decodeMetar, report).position).toEqual({
    group: 1,
    character: REPORT_CHARS_MAX + 1,
  });
});
