import { expect, test } from "vitest";
import { readEngine } from "../../../pdk-ts/src/build/engine.ts";
import { locateEngine } from "../../../pdk-ts/src/build/engine-section.ts";
import { buildSource } from "../../support/plugins.ts";

const HOOKS = { before_request: {} };

async function sectionOf(source: string): Promise<unknown> {
  const { bytes } = await buildSource(source, HOOKS);
  const module = await WebAssembly.compile(Uint8Array.from(bytes));
  const sections = WebAssembly.Module.customSections(module, "backworks:engine");
  return sections.map((section) => JSON.parse(new TextDecoder().decode(section)) as unknown);
}

test("a plugin says where its engine keeps what is running, as the probe has found it", async () => {
  const engine = await WebAssembly.compile(await readEngine());
  const located = locateEngine(engine);
  expect(located).toEqual({
    layout: "quickjs-ng-0.17-wasm32",
    context: expect.any(Number),
    frame: expect.any(Number),
  });
  const small = await sectionOf("export function beforeRequest(): void {}");
  const large = await sectionOf(
    "const kept = Array.from({ length: 50_000 }, (_, i) => ({ i })); export function beforeRequest(): void { kept.at(0); }",
  );
  expect(small).toEqual([located]);
  expect(large).toEqual([located]);
});
