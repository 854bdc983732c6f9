import { Buffer } from "node:buffer";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { headOf, type RunningPlugin } from "../../support/plugins.ts";
import { startFor, TARGETS } from "./fast-plugins.ts";

/** Every text goes in and out as a body, as a parameter and as a value for later plugins. */
const SOURCE = `
import { Reply, Request } from "@backworks/pdk";
export function processEndpoint(request: Request): Reply {
  const texts = request.text().split("\\u0001");
  let joined = "";
  for (let i = 0; i < texts.length; i++) joined += (i === 0 ? "" : "\\u0001") + texts[i];
  const param = request.param("p");
  if (param !== null) request.provide("p", param);
  return Reply.text(200, joined);
}`;

const HOOKS = { process_endpoint: { reads: { body: "text", params: ["p"] } } } as const;
const STRINGS = 20_000;
const CHUNK = 100;

async function echo(
  plugin: RunningPlugin,
  body: Uint8Array | string,
  param = "",
): Promise<{ body: Buffer; param: string }> {
  const head = headOf("POST /", [], [`:param.p: ${JSON.stringify(param)}`]);
  const output = Buffer.from(await plugin.callForBytes("process_endpoint", head, body));
  const end = output.indexOf("\n\n");
  const line = output.subarray(0, end).toString().split("\n").at(-1) ?? "";
  return { body: output.subarray(end + 2), param: JSON.parse(line.slice("=p: ".length)) as string };
}

describe.each(TARGETS)("%s", (target) => {
  test("20,000 random texts come back as they were, lone surrogates as U+FFFD", async () => {
    const plugin = await startFor(target, SOURCE, HOOKS);
    // Any UTF-16: the binary unit has surrogates in pairs only.
    const unit = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: 0xffff }) },
      { weight: 1, arbitrary: fc.integer({ min: 0xd800, max: 0xdfff }) },
    );
    const wild = fc.array(unit, { maxLength: 8 }).map((units) => String.fromCharCode(...units));
    const texts = fc.sample(
      fc.oneof(fc.string({ unit: "binary", maxLength: 12 }), wild, fc.string({ unit: "grapheme" })),
      { seed: 7, numRuns: STRINGS },
    );
    for (let from = 0; from < texts.length; from += CHUNK) {
      const text = `.${texts.slice(from, from + CHUNK).join("\u0001")}`;
      const seen = await echo(plugin, text, text.slice(0, 2000));
      expect(seen.body.toString()).toBe(text.toWellFormed());
      // JSON has an escape for a lone surrogate, which a parameter keeps.
      expect(seen.param).toBe(text.slice(0, 2000));
    }
  });
});

test("bytes that are no UTF-8 become the text that the Encoding standard gives them", async () => {
  const plugin = await startFor("fast", SOURCE, HOOKS);
  const lead = fc.constantFrom(0xc0, 0xc2, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5, 0xff);
  const byte = fc.oneof(lead, fc.integer({ min: 0x7e, max: 0xbf }), fc.constant(0x41));
  await fc.assert(
    fc.asyncProperty(fc.array(byte, { maxLength: 40 }), async (bytes) => {
      const { body } = await echo(plugin, Uint8Array.from(bytes));
      expect(body.toString()).toBe(new TextDecoder().decode(Uint8Array.from(bytes)));
    }),
    { numRuns: 1000 },
  );
});
