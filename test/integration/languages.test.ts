import { Buffer } from "node:buffer";
import { describe, test } from "vitest";
import { compileC, compileRust, HAS_CLANG, HAS_RUST } from "../support/compilers.ts";
import { EDITS_CASES, FRAME_CASES } from "../support/frame-cases.ts";
import { expectProbeReads, expectProbeWrites, type CallProbe } from "../support/line-probe.ts";
import { runPlugin } from "../support/plugins.ts";

const SOURCES = new URL("../support/languages/", import.meta.url).pathname;

const LANGUAGES = [
  {
    name: "C",
    hasCompiler: HAS_CLANG,
    packages: "clang lld",
    compile: async () => compileC(`${SOURCES}probe.c`),
  },
  {
    name: "Rust",
    hasCompiler: HAS_RUST,
    packages: "rustc libstd-rust-dev-wasm32",
    compile: async () => compileRust(`${SOURCES}probe.rs`),
  },
];

describe.each(LANGUAGES)("$name (Debian: $packages)", ({ hasCompiler, compile }) => {
  let compiled: Promise<Uint8Array> | undefined;

  const call: CallProbe = async (hook, config, frame) => {
    compiled ??= compile();
    const plugin = await runPlugin({ bytes: await compiled }, { config: { ...config } });
    const end = Buffer.from(frame).indexOf("\n\n") + 2;
    const head = Buffer.from(frame.subarray(0, end)).toString();
    return plugin.callForBytes(hook, head, frame.subarray(end));
  };

  test.skipIf(!hasCompiler).each(FRAME_CASES)("reads: $name", async (given) => {
    await expectProbeReads(call, given);
  });

  test.skipIf(!hasCompiler).each(EDITS_CASES.filter(({ canonical }) => canonical === true))(
    "writes: $name",
    async (given) => {
      await expectProbeWrites(call, given);
    },
  );
});
