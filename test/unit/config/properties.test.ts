import * as fc from "fast-check";
import { expect, test } from "vitest";
import { interpolate } from "../../../host/src/config/interpolate.ts";
import { parseManifest } from "../../../host/src/config/manifest.ts";
import { parsePointer, printPointer, toJson } from "../../../host/src/config/node.ts";
import { Problems } from "../../../host/src/config/problems.ts";
import { readYaml } from "../../../host/src/config/read.ts";
import { BackworksError, BackworksErrors } from "../../../host/src/lib/errors.ts";
import { loadText } from "./load-text.ts";

/** Pieces that mean something, so that random texts get past the first line. */
const WORDS =
  "name server port endpoints plugins path method response mock mode mock_responses security cors runtime config enabled data /a/{id} GET 1 true null ~ constructor __proto__ ${A} ${A:-1} $${A} ${ &a *a << !t | > # % * é".split(
    " ",
  );
const SEPARATORS = [
  ": ",
  ":",
  "\n",
  "\n  ",
  "\n    ",
  "- ",
  "? ",
  "---\n",
  "\t",
  "{",
  "}",
  "[",
  "]",
];
const ODDITIES = [",", '"', "'", "\u0000", "\u2028", "\uFEFF"];

const yamlish = fc
  .array(fc.constantFrom(...WORDS, ...SEPARATORS, ...ODDITIES), { maxLength: 40 })
  .map((pieces) => pieces.join(""));

test("any text either resolves or is refused with a place", async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(yamlish, fc.string({ unit: "binary" })), async (text) => {
      const thrown = await errorOf(() => loadText(text, { A: "1" }));
      for (const error of thrown) {
        expect(error).toBeInstanceOf(BackworksError);
        expect(error).toMatchObject({
          position: { line: expect.any(Number), column: expect.any(Number) },
        });
      }
    }),
    { numRuns: 300 },
  );
});

/** A configuration of the right outline with anything in it. */
const configish = fc.record(
  {
    name: fc.anything(),
    server: fc.oneof(fc.anything(), fc.record({ port: fc.anything(), host: fc.anything() })),
    endpoints: fc.oneof(
      fc.dictionary(fc.string(), fc.anything()),
      fc.array(
        fc.record(
          {
            path: fc.oneof(fc.webPath(), fc.string()),
            method: fc.anything(),
            response: fc.oneof(fc.constant({}), fc.anything()),
            mock_responses: fc.dictionary(
              fc.constantFrom("GET", "get", "GET /a", "x y"),
              fc.constant({}),
            ),
            plugin: fc.string(),
            runtime: fc.anything(),
          },
          { requiredKeys: [] },
        ),
      ),
    ),
    plugins: fc.oneof(fc.dictionary(fc.string(), fc.anything()), fc.array(fc.anything())),
    security: fc.anything(),
    monitoring: fc.anything(),
  },
  { requiredKeys: [] },
);

test("any values under the known keys either resolve or are refused with a place", async () => {
  await fc.assert(
    fc.asyncProperty(configish, async (value) => {
      const text = JSON.stringify(value, (_, item: unknown) =>
        typeof item === "bigint" ? 1 : item,
      );
      const thrown = await errorOf(() => loadText(text));
      for (const error of thrown) expect(error).toMatchObject({ position: { line: 1 } });
    }),
    { numRuns: 200 },
  );
});

test("JSON is read as what it says", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify({ value });
      fc.pre(!text.includes("__proto__") && !/e[+-]?\d|\d{16}/.test(text));
      expect(toJson(readYaml(text, "a.json"))).toEqual(JSON.parse(text));
    }),
  );
});

test("a text with variables becomes the text with their values", () => {
  const part = fc.oneof(
    fc.constant({ written: "${A}", value: "aa" }),
    fc.constant({ written: "${NONE:-b}", value: "b" }),
    fc.constant({ written: "$${A}", value: "${A}" }),
    fc.constant({ written: "${path.id}", value: "${path.id}" }),
    fc.stringMatching(/^[a-z {}.]*$/).map((text) => ({ written: text, value: text })),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = JSON.stringify(parts.map(({ written }) => written).join(""));
      const node = interpolate(readYaml(text, "a.yaml"), { A: "aa" }, new Problems());
      expect(toJson(node)).toBe(parts.map(({ value }) => value).join(""));
    }),
  );
});

test("a JSON pointer that was printed reads back", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (path) => {
      expect(parsePointer(printPointer(path))).toEqual(path);
    }),
  );
});

test("any value is a manifest or is refused as one", async () => {
  const hooks = fc.dictionary(fc.constantFrom("initialize", "before_request", "x"), fc.anything());
  const manifestish = fc.record({
    abi: fc.oneof(fc.constant(1), fc.anything()),
    name: fc.string(),
    version: fc.constant("1.0.0"),
    hooks,
  });
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.anything(), manifestish), async (value) => {
      for (const error of await errorOf(() => parseManifest(value, "a.wasm"))) {
        expect(["plugin_manifest_invalid", "plugin_abi_unsupported"]).toContain(
          error instanceof BackworksError ? error.code : error,
        );
      }
    }),
  );
});

async function errorOf(work: () => unknown): Promise<readonly unknown[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    return thrown instanceof BackworksErrors ? thrown.errors : [thrown];
  }
}
