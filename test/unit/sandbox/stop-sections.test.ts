import { describe, expect, test } from "vitest";
import { buildFiles, runPlugin } from "../../support/plugins.ts";
import { customSection, withoutSection } from "../../support/sections.ts";
import { wat } from "../../support/wat.ts";
import { failureOf, FILES, FUEL, headFor, type Failure } from "./stop-plugin.ts";
import { start } from "./support.ts";

describe("what a module says of itself is believed as far as it fits", () => {
  const altered = async (change: (bytes: Uint8Array) => Uint8Array): Promise<Failure> => {
    const { bytes } = await buildFiles(FILES);
    const plugin = await runPlugin({ bytes: change(bytes) }, { limits: FUEL });
    return failureOf(plugin.call("before_request", headFor("named")));
  };
  const engineAs =
    (text: string) =>
    (bytes: Uint8Array): Uint8Array =>
      customSection(withoutSection(bytes, "backworks:engine"), "backworks:engine", text);

  test("without the section the error names the engine's function", async () => {
    const failed = await altered((bytes) => withoutSection(bytes, "backworks:engine"));
    expect(failed.message).toMatch(/: stopped in wasm-function\[\d+\]$/);
    expect(failed.details).not.toHaveProperty("file");
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "null"],
    ["another layout", '{"layout":"quickjs-2","context":1205392,"frame":1168100}'],
    ["no addresses", '{"layout":"quickjs-ng-0.17-wasm32"}'],
    ["addresses that are none", '{"layout":"quickjs-ng-0.17-wasm32","context":-1,"frame":1e300}'],
    ["addresses outside", '{"layout":"quickjs-ng-0.17-wasm32","context":8,"frame":4294967295}'],
    ["too much", `{"layout":"quickjs-ng-0.17-wasm32","context":8,"frame":8${" ".repeat(1024)}}`],
  ])("a section with %s is as good as none", async (_, text) => {
    const failed = await altered(engineAs(text));
    expect(failed.message).toMatch(/: stopped in wasm-function\[\d+\]$/);
  });

  test("two sections say nothing", async () => {
    const failed = await altered((bytes) => customSection(bytes, "backworks:engine", "{}"));
    expect(failed.message).toMatch(/: stopped in wasm-function\[\d+\]$/);
  });

  test.each([
    ["none", undefined],
    ["one that is no table", "[]"],
  ])("with %s for sources the place is that in the bundle", async (_, sources) => {
    const failed = await altered((bytes) => {
      const without = withoutSection(bytes, "backworks:sources");
      return sources === undefined ? without : customSection(without, "backworks:sources", sources);
    });
    expect(failed.message).toMatch(/: stopped in parseTaf \(plugin\.js:\d+\)$/);
  });

  test("a table that knows nothing of the author's leaves what is the kit's", async () => {
    const failed = await altered((bytes) =>
      customSection(
        withoutSection(bytes, "backworks:sources"),
        "backworks:sources",
        '{"sources":[],"lines":[]}',
      ),
    );
    expect(failed.message).toMatch(/: stopped in parseTaf \(@backworks\/pdk\)$/);
  });

  test("a function of a compiled module stands where its table says", async () => {
    const bytes = customSection(
      wat('(module (func $spin (export "before_request") (result i32) (loop (br 0)) i32.const 0))'),
      "backworks:sources",
      '{"sources":["src/a\\u001b.ts"],"functions":{"spin":"0,12"}}',
    );
    const guest = await start("test", bytes, { limits: FUEL });
    const input = { head: "", body: undefined };
    const failed = await failureOf((async () => guest.call("before_request", input, String))());
    expect(failed.message).toContain("stopped in spin (src/a\\u001b.ts:12)");
    expect(failed.details).toMatchObject({ function: "spin", line: 12 });
  });
});
