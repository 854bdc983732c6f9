import { main } from "assemblyscript/asc";

const GLUE = new URL("./glue/", import.meta.url).pathname;

/**
 * The glue uses QuickJS's memory and allocator, so it is compiled without a runtime, without
 * static data, and without `abort`: a failed assertion inside it is a trap.
 */
const OPTIONS = [
  ...["index.ts", "--baseDir", GLUE, "--outFile", "glue.wasm", "-O3"],
  ...["--runtime", "stub", "--importMemory", "--noExportMemory", "--memoryBase", "0"],
  ...["--use", "abort="],
];

/** Compiles `glue/` with AssemblyScript. */
export async function compileGlue(): Promise<Uint8Array> {
  const outputs = new Map<string, Uint8Array>();
  const { error, stderr } = await main(OPTIONS, {
    writeFile: (name: string, contents: Uint8Array | string) => {
      if (typeof contents !== "string") outputs.set(name, contents);
    },
  });
  const wasm = outputs.get("glue.wasm");
  if (error !== null || wasm === undefined) throw new Error(`asc failed:\n${stderr.toString()}`);
  return wasm;
}
