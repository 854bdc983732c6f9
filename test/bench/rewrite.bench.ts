import { equal } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { ByteWriter } from "../../host/src/wasm/binary/byte-writer.ts";
import { findSection, openSection, writeModule } from "../../host/src/wasm/binary/module.ts";
import { indexModule, type ModuleIndex } from "../../host/src/wasm/module-index.ts";
import { DEFAULT_POLICY, type RewritePolicy } from "../../host/src/wasm/policy.ts";
import { rewriteModule } from "../../host/src/wasm/rewrite.ts";
import { measureRounds, type Measure } from "./support.ts";

const BENCH = "rewrite";
const ENGINE = new URL("../../node_modules/quickjs-wasi/quickjs.wasm", import.meta.url);

/** Makes a module of over 10 MB out of one of 0.6. */
const COPIES = 22;

/** Both modules are larger than plugins may be. */
const POLICY: RewritePolicy = {
  ...DEFAULT_POLICY,
  limits: {
    ...DEFAULT_POLICY.limits,
    moduleBytesMax: 1 << 26,
    functionsMax: 100_000,
    memoryPagesMax: 65_536,
  },
};

/** How fast modules are rewritten, validation included, and how much larger they get. */
export async function run(): Promise<readonly Measure[]> {
  const engine = Uint8Array.from(await readFile(ENGINE));
  const large = multiplyCode(engine);
  equal(WebAssembly.validate(large), true, "the large module is valid");
  const modules = [
    ["engine", engine],
    ["large", large],
  ] as const;
  const measures: Measure[] = [];
  for (const [metric, bytes] of modules) {
    const first = performance.now();
    const { bytes: rewritten } = rewriteModule(bytes, POLICY);
    const coldMs = performance.now() - first;
    equal(WebAssembly.validate(rewritten), true, `${metric} is valid after it was rewritten`);
    const times = await measureRounds([{ name: metric, repeat: (count) => repeat(bytes, count) }]);
    const ns = times.get(metric) ?? Number.NaN;
    const ratio = rewritten.length / bytes.length;
    const row = (kind: string, value: number, unit: string): Measure => {
      return { bench: BENCH, metric: `${metric}-${kind}`, value, unit, against: "original", ratio };
    };
    measures.push(
      row("speed", (bytes.length / ns) * 1e3, "MB/s"),
      row("first", coldMs, "ms"),
      row("growth", ratio, "x"),
    );
  }
  return measures;
}

function repeat(bytes: Uint8Array, times: number): void {
  for (let time = 0; time < times; time++) rewriteModule(bytes, POLICY);
}

/** The same functions over and over; the copies call the originals. */
function multiplyCode(bytes: Uint8Array): Uint8Array {
  const index = indexModule(bytes);
  return writeModule(
    bytes,
    index.sections.map((section) => {
      const { kind } = section;
      if (kind !== "function" && kind !== "code") return section;
      return { kind, body: multiplySection(index, kind) };
    }),
  );
}

function multiplySection(index: ModuleIndex, kind: "function" | "code"): Uint8Array {
  const section = findSection(index, kind);
  if (section === undefined) throw new TypeError(`the engine has no ${kind} section`);
  const reader = openSection(index, section);
  const count = reader.count();
  const writer = new ByteWriter(reader.left * COPIES);
  writer.u32(count * COPIES);
  for (let copy = 0; copy < COPIES; copy++) writer.copy(index.bytes, reader.offset, reader.end);
  return writer.finish();
}
