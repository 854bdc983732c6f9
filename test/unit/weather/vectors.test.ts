import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBody } from "../../../plugins-wasm/weather/src/body/read-body.ts";
import { decodeMetar } from "../../../plugins-wasm/weather/src/metar/metar.ts";
import { decodeTaf } from "../../../plugins-wasm/weather/src/taf/taf.ts";

/** Reports and bodies of others, beside the repository when somebody put them there. */
const VECTORS = new URL("../../../../shared/vectors/weather/", import.meta.url);

/** What two decoders that agree may still differ by: they round, and some use the T-group. */
const TOLERANCES: Readonly<Record<string, number>> = {
  windKt: 0.5,
  gustKt: 0.5,
  tempC: 0.5,
  dewC: 0.5,
  pressHPa: 0.6,
};

interface MetarVector {
  readonly metar: string;
  readonly consensus: Readonly<Record<string, string | number>>;
}

function readLines<Vector>(file: string): Vector[] {
  const lines = readFileSync(new URL(file, VECTORS), "utf8").trim().split("\n");
  return lines.map((line) => JSON.parse(line));
}

function isNear(value: unknown, expected: string | number, tolerance: number): boolean {
  if (typeof value !== "number" || typeof expected !== "number") return value === expected;
  return Math.abs(value - expected) <= tolerance;
}

describe.skipIf(!existsSync(VECTORS))("the vectors beside the repository", () => {
  const metars = existsSync(VECTORS) ? readLines<MetarVector>("metar.jsonl") : [];
  const tafs = existsSync(VECTORS) ? readLines<{ readonly taf: string }>("taf.jsonl") : [];
  const bodies = existsSync(VECTORS)
    ? readdirSync(new URL("nws/", VECTORS)).filter((file) => file.endsWith(".json"))
    : [];

  test.each(metars)("three decoders and this one agree on $metar", ({ metar, consensus }) => {
    const decoded = new Map<string, unknown>(Object.entries(decodeMetar(metar)));
    const differences = Object.entries(consensus)
      .filter(([field, expected]) => !isNear(decoded.get(field), expected, TOLERANCES[field] ?? 0))
      .map(([field, expected]) => ({ field, expected, decoded: decoded.get(field) }));
    expect(differences).toEqual([]);
  });

  test.each(tafs)("$taf is read", ({ taf }) => {
    const station = /[A-Z]{4}/.exec(taf.replaceAll(/TAF|AMD|COR/g, ""))?.[0];
    expect(decodeTaf(taf)).toMatchObject({ type: "TAF", station });
  });

  test.each(bodies)("the body %s of api.weather.gov is read", (file) => {
    const body: unknown = JSON.parse(readFileSync(new URL(`nws/${file}`, VECTORS), "utf8"));
    expect(readBody(body)).toMatchObject({ source: "nws" });
  });

  test("the body of Open-Meteo is read", () => {
    const text = readFileSync(new URL("open-meteo-minimal.json", VECTORS), "utf8");
    expect(readBody(JSON.parse(text))).toEqual({
      source: "open-meteo",
      place: { latitudeDeg: 52.276, longitudeDeg: 6.8729997, elevationM: 29 },
      observations: [],
    });
  });
});
