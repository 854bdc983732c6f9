import * as fc from "fast-check";
import { expect, test } from "vitest";
import { BodyError } from "../../../plugins-wasm/weather/src/body/body-error.ts";
import { readBody } from "../../../plugins-wasm/weather/src/body/read-body.ts";
import { decodeMetar } from "../../../plugins-wasm/weather/src/metar/metar.ts";
import { ReportError } from "../../../plugins-wasm/weather/src/report/report-error.ts";
import { decodeTaf } from "../../../plugins-wasm/weather/src/taf/taf.ts";

const GROUPS: readonly string[] = `
  METAR SPECI TAF XYZW 091420Z 0912/1012 AUTO COR NIL CNL = 24016G28KT VRB03KT
  /////KT 240V300 CAVOK 9999 1 1/2SM P6SM R27L/0375N R12/290042 R88/CLRD// -SHRA
  VCTS NSW BKN012CB ////// 09/M01 Q1013 A2992 RERA WS ALL RWY W15/S3 BLU NOSIG
  BECMG TEMPO FM1200 TL1300 PROB30 FM091200 TX17/1512Z WS020/24045KT RMK AO2 SLP171
  T01500100 51009 PK WND 28045/15 RAB05E30 $ VIS 3/4V1 LTGICCG DSNT \\s = / Z Ω ß
`
  .trim()
  .split(/\s+/);

/** Nonsense, characters of reports in any order, and groups of reports in any order. */
const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.stringMatching(/^[AKMQRVZ0-9/+= \n\\s-]{0,300}$/),
  fc.array(fc.constantFrom(...GROUPS), { maxLength: 40 }).map((groups) => groups.join(" ")),
  fc
    .array(fc.constantFrom(...GROUPS), { maxLength: 40 })
    .map((groups) => `XYZW 091420Z ${groups.join(" ")}`),
  fc
    .array(fc.constantFrom(...GROUPS), { maxLength: 40 })
    .map((groups) => `TAF XYZW 091100Z 0912/1012 ${groups.join(" ")}`),
);

/** Decodes, and gives nothing for a malformed report; any other error is a bug and comes through. */
function attempt<Report>(decode: (text: string) => Report, report: string): Report | ReportError {
  try {
    return decode(report);
  } catch (error) {
    if (error instanceof ReportError) return error;
    throw error;
  }
}

/** The error names a place inside the text, and what stands there. */
function isPlaced(error: ReportError, report: string): boolean {
  const { character, group } = error.position;
  const isInside = character >= 1 && character <= report.length + 1 && group >= 1;
  return isInside && report.startsWith(error.text.replace(/…$/, ""), character - 1);
}

test.each([
  ["METAR", decodeMetar],
  ["TAF", decodeTaf],
])("any text is a %s or is malformed at a place inside it", (_, decode) => {
  fc.assert(
    fc.property(text, (report) => {
      const result = attempt<object>(decode, report);
      const holds = result instanceof ReportError ? isPlaced(result, report) : "station" in result;
      expect(holds).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test("what was decoded survives JSON", () => {
  fc.assert(
    fc.property(text, (report) => {
      const decoded = attempt(decodeMetar, report);
      fc.pre(!(decoded instanceof ReportError));
      // No undefined, NaN, infinity or minus zero: a client reads what the decoder wrote.
      expect(JSON.parse(JSON.stringify(decoded))).toStrictEqual(decoded);
    }),
    { numRuns: 1000 },
  );
});

const degrees = fc.integer({ min: 0, max: 360 });
const speed = fc.integer({ min: 1, max: 99 });
const celsius = fc.integer({ min: -60, max: 50 });

function printCelsius(value: number): string {
  return (value < 0 ? "M" : "") + String(Math.abs(value)).padStart(2, "0");
}

test("the numbers that were printed into a METAR are read back", () => {
  fc.assert(
    fc.property(degrees, speed, celsius, celsius, (direction, knots, temp, dew) => {
      const wind = `${String(direction).padStart(3, "0")}${String(knots).padStart(2, "0")}KT`;
      const report = `XYZW 091420Z ${wind} ${printCelsius(temp)}/${printCelsius(dew)}`;
      const { windDirDeg, windKt, tempC, dewC } = decodeMetar(report);
      expect([windDirDeg, windKt, tempC, dewC]).toEqual([direction, knots, temp, dew]);
    }),
  );
});

test.each([
  ["digits", "1".repeat(9_000)],
  ["weather", "RA".repeat(4_500)],
  ["slashes", "/".repeat(9_000)],
  ["pairs of remarks", `RMK ${"RAB05".repeat(1_800)}`],
  ["cloud types", `RMK ${"SC".repeat(4_400)}`],
  ["fractions", "1 1/2 ".repeat(1_500)],
  ["free text", `RMK ${"TEMPO ".repeat(1_500)}`],
])("a report of many %s takes time in proportion to its length", (_, groups) => {
  // A regular expression that backtracks would take minutes here and run into the test's limit.
  for (const decode of [decodeMetar, decodeTaf]) {
    expect(attempt<object>(decode, `XYZW 091420Z 0912/1012 ${groups}`)).toBeDefined();
    expect(attempt<object>(decode, `XYZW 091420Z ${groups}`)).toBeDefined();
  }
});

function sourceOrPointer(value: unknown): string {
  try {
    return readBody(value).source;
  } catch (error) {
    if (error instanceof BodyError) return `pointer ${error.pointer}`;
    throw error;
  }
}

test("any JSON is a body of a weather service or is malformed at a pointer", () => {
  const names =
    "type properties features @type timestamp temperature value unitCode latitude current " +
    "current_units hourly time weather_code";
  const keys = fc.constantFrom(...names.split(" "));
  const leaf = fc.oneof(
    fc.constantFrom("Feature", "FeatureCollection", "wx:ObservationStation", "wx:Gridpoint"),
    fc.jsonValue({ maxDepth: 1 }),
  );
  const { body } = fc.letrec((tie) => ({
    body: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.dictionary(keys, tie("body"), { maxKeys: 6 }),
      fc.array(tie("body"), { maxLength: 3 }),
    ),
  }));
  fc.assert(
    fc.property(body, (value) => {
      expect(sourceOrPointer(value)).toMatch(/^(?:nws|open-meteo|pointer \/.*|pointer )$/s);
    }),
    { numRuns: 2000 },
  );
});
