import fc from "fast-check";
import { expect, test } from "vitest";
import { output, startOnBackworks, startOnSdk } from "../support/extism-differential.ts";
import { readGuest } from "../support/guests.ts";

const INPUT_BYTES_MAX = 100 * 1024;

/** Sizes of every order: most words and pages end where a small input does not. */
const inputs: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(
      fc.nat({ max: 40 }),
      fc.nat({ max: 5000 }),
      fc.nat({ max: INPUT_BYTES_MAX }),
      fc.constantFrom(65_535, 65_536, 65_537, INPUT_BYTES_MAX),
    ),
    fc.uint8Array({ minLength: 1, maxLength: 64 }),
    fc.nat({ max: 255 }),
  )
  // Each repetition of the pattern is another one, so that bytes in the wrong place show.
  .map(([length, pattern, step]) =>
    Uint8Array.from({ length }, (_, at) => {
      const round = Math.floor(at / pattern.length);
      return (pattern[at % pattern.length] ?? 0) + round * step;
    }),
  );

test.each([
  ["echo", (input: Uint8Array) => input],
  ["extism-reverse", (input: Uint8Array) => input.toReversed()],
  ["extism-variables", (input: Uint8Array) => input],
] as const)(
  "%s answers the same bytes in both kernels, whatever it is given",
  async (name, expected) => {
    const bytes = await readGuest(name);
    await using ours = await startOnBackworks(bytes);
    await using sdks = await startOnSdk(bytes);
    await fc.assert(
      fc.asyncProperty(inputs, async (input) => {
        const wanted = output(Buffer.from(expected(input)).toString("latin1"));
        expect(await sdks.call("process_endpoint", input)).toEqual(wanted);
        expect(await ours.call("process_endpoint", input)).toEqual(wanted);
      }),
      { numRuns: 100 },
    );
  },
);
