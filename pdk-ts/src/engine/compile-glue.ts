import { fileURLToPath } from "node:url";
import { main } from "assemblyscript/asc";

const GLUE = fileURLToPath(new URL("./glue/", import.meta.url));

/**
 * The glue uses QuickJS's memory and allocator, so it is compiled without a runtime, without
 * static data, and without `abort`: a failed assertion inside it is a trap.
 */
const OPTIONS = [
  ...`index.ts --outFile glue.wasm -O3 --runtime stub --use abort=`.split(" "),
  ...`--importMemory --noExportMemory --memoryBase 0 --baseDir`.split(" "),
  GLUE,
];

/** Compiles `glue/` with AssemblyScript. */
export async function compileGlue(): Promise<Uint8Array> {
  const outputs = new Map<string, Uint8Array>();
  const messages: string[] = [];
  const { error } = await main(OPTIONS, {
    stderr: { write: (text: string | Uint8Array) => messages.push(String(text)) > 0 },
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (typeof contents !== "string") outputs.set(name, contents);
    },
  });
  const wasm = outputs.get("glue.wasm");
  if (error !== null || wasm === undefined) throw new Error(`asc failed:\n${messages.join("")}`);
  return wasm;
}
