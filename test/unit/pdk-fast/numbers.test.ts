import * as fc from "fast-check";
import { expect, test } from "vitest";
import { headOf } from "../../support/plugins.ts";
import { startFor } from "./fast-plugins.ts";

/** Reads numbers as their bits, eight bytes each, and prints them one a line. */
const SOURCE = `
import { Reply, Request } from "@backworks/pdk";
export function processEndpoint(request: Request): Reply {
  const bytes = request.bytes();
  const words = new Float64Array(bytes.length / 8);
  for (let i = 0; i < words.length; i++) words[i] = load<f64>(bytes.dataStart + i * 8);
  let text = "";
  for (let i = 0; i < words.length; i++) text += words[i].toString() + "\\n";
  return Reply.text(200, text);
}`;

/** As many as a call has fuel for when they are as far from one as numbers can be. */
const CHUNK = 20;

const HARD = `0 1 -1 0.1 0.3 4.35 100 0.30000000000000004 2.3333333333333335 0.000001 1e-7 1.5e-9
  1e20 1e21 1e23 123456789012345680000 9007199254740992 5e-324 2.2250738585072014e-308
  1.7976931348623157e308 NaN Infinity -Infinity`
  .split(/\s+/)
  .map(Number);

test("numbers print as JavaScript prints them, to the last digit", async () => {
  const plugin = await startFor("fast", SOURCE, { process_endpoint: { reads: { body: "bytes" } } });
  const print = async (numbers: readonly number[]): Promise<string[]> => {
    const body = new Uint8Array(Float64Array.from(numbers).buffer);
    const output = await plugin.call("process_endpoint", headOf("POST /"), body);
    return output.slice(output.indexOf("\n\n") + 2, -1).split("\n");
  };
  expect(await print([-0])).toEqual(["0"]);
  expect(await print(HARD)).toEqual(HARD.map(String));
  const powers = Array.from({ length: 2046 }, (_, i) => 2 ** (i - 1022));
  for (let i = 0; i < powers.length; i += CHUNK) {
    const chunk = powers.slice(i, i + CHUNK);
    expect(await print(chunk)).toEqual(chunk.map(String));
  }
  const number = fc.oneof(
    fc.double(),
    fc.tuple(fc.integer(), fc.integer({ min: 1 })).map(([a, b]) => a / b),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(number, { minLength: CHUNK, maxLength: CHUNK }), async (numbers) => {
      expect(await print(numbers)).toEqual(numbers.map(String));
    }),
    { numRuns: 300 },
  );
});
