import type * as assemblyscript from "assemblyscript";
import type binaryenModule from "assemblyscript/binaryen";
import { BuildError } from "../build-error.ts";
import { MEMORY_PAGES_MAX } from "../snapshot.ts";
import { catchThrows } from "./catch-throws.ts";
import { toBuildError, type Diagnostic } from "./diagnose.ts";
import { createReader } from "./source-reader.ts";
import { nameThrownErrors } from "./throw-names.ts";

type Compiler = typeof assemblyscript;

interface Tools {
  readonly compiler: Compiler;
  readonly libraryFiles: Readonly<Record<string, string>>;
  readonly binaryen: typeof binaryenModule;
}

export interface SourceToCompile {
  /** Absolute: the folder of plugin.yaml. Nothing of it reaches the module. */
  readonly folder: string;
  /** The first source, which exports a function for each hook. */
  readonly entry: string;
  readonly hooks: readonly string[];
}

const ENTRY = "backworks-entry";
const FAILURE = "~lib/@backworks/pdk/failure";
const WORLD = "~lib/bindings/dom";
const RUNTIME = "rt/index-incremental";

const OPTIMIZE_LEVEL = 3;

/** What is thrown is reported by the bindings, and random numbers are seeded by the host. */
const ALIASES = [
  ["abort", `${FAILURE}/abort`],
  ["seed", `${WORLD}/seed`],
  // Bytes after which the collector takes its next step: the default, 1024, is 15 % slower.
  ["ASC_GC_GRANULARITY", "32768"],
] as const;

/** Compiles with AssemblyScript. Throws `BuildError` for what is wrong with the author's source. */
export async function compileSource(source: SourceToCompile): Promise<Uint8Array> {
  const tools = await loadTools();
  const { compiler, binaryen } = tools;
  const program = compiler.newProgram(createOptions(compiler));
  await parseAll(tools, program, source);
  throwErrors(compiler, program);
  nameThrownErrors(
    compiler,
    program.sources.filter(({ normalizedPath }) => isOurs(normalizedPath)),
  );
  const compiled = run(() => {
    compiler.initializeProgram(program);
    return compiler.compile(program);
  });
  throwErrors(compiler, program);
  const module = binaryen.wrapModule(compiler.getBinaryenModuleRef(compiled));
  try {
    catchThrows(binaryen, module, source.hooks);
    if (!compiler.validate(compiled)) throw new Error("the compiled module is not valid");
    compiler.optimize(compiled, OPTIMIZE_LEVEL, 0, true, false);
    module.runPasses(["translate-to-exnref"]);
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

/** The library's own errors are thrown where there is no room for longer messages. */
function isOurs(path: string): boolean {
  return !path.startsWith("~lib/") || path.startsWith("~lib/@backworks/pdk/");
}

/** Loaded here so that importing the build costs nothing until there is something to build. */
async function loadTools(): Promise<Tools> {
  try {
    const [compiler, { libraryFiles }, { default: binaryen }] = await Promise.all([
      import("assemblyscript"),
      import("assemblyscript/asc"),
      import("assemblyscript/binaryen"),
    ]);
    return { compiler, libraryFiles, binaryen };
  } catch (cause) {
    throw new BuildError("compiler_missing", "the fast target needs the package assemblyscript", {
      cause,
      notes: ["npm install --save-dev assemblyscript@0.28.20"],
    });
  }
}

function createOptions(compiler: Compiler): assemblyscript.Options {
  // As they are: 32-bit WebAssembly and the incremental garbage collector.
  const options = compiler.newOptions();
  compiler.setStackSize(options, compiler.DEFAULT_STACK_SIZE);
  compiler.setMaximumMemory(options, MEMORY_PAGES_MAX);
  compiler.setOptimizeLevelHints(options, OPTIMIZE_LEVEL, 0);
  compiler.setDebugInfo(options, true);
  // Top-level code runs where the host can report what it throws.
  compiler.setExportStart(options, "_initialize");
  for (const [name, element] of ALIASES) compiler.addGlobalAlias(options, name, element);
  return options;
}

/** Parses the library, the entry, and whatever they import. */
async function parseAll(
  { compiler, libraryFiles }: Tools,
  program: assemblyscript.Program,
  { folder, entry }: SourceToCompile,
): Promise<void> {
  const { library, read } = await createReader(folder, libraryFiles);
  for (const [name, text] of Object.entries(library)) {
    if (!name.includes("/")) compiler.parse(program, text, `~lib/${name}.ts`);
  }
  compiler.parse(program, library[RUNTIME] ?? "", `~lib/${RUNTIME}.ts`, true);
  for (const name of [FAILURE, WORLD]) {
    compiler.parse(program, (await read(name)).text ?? "", `${name}.ts`);
  }
  compiler.parse(program, entry, `${ENTRY}.ts`, true);
  for (;;) {
    const name = compiler.nextFile(program);
    if (name === null) return;
    const { path, text } = await read(name);
    compiler.parse(program, text ?? null, `${path}.ts`);
  }
}

/** The compiler stops at sources that it did not expect by throwing anything at all. */
function run<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new BuildError("source_invalid", "the AssemblyScript compiler cannot read this source", {
      cause,
      notes: [String(cause), "the full target may: backworks plugin build --target full"],
    });
  }
}

function throwErrors(compiler: Compiler, program: assemblyscript.Program): void {
  const errors: Diagnostic[] = [];
  for (;;) {
    const found = compiler.nextDiagnostic(program);
    if (found === null) break;
    if (!compiler.isError(found)) continue;
    const { code, message, range } = found;
    errors.push({ code, message, place: range === null ? undefined : placeOf(range) });
  }
  if (errors.length > 0) throw toBuildError(errors);
}

function placeOf({ source, start, end }: assemblyscript.Range): Diagnostic["place"] {
  return { file: source.normalizedPath, text: source.text, start, end };
}
