import type * as assemblyscript from "assemblyscript";
import type binaryenModule from "assemblyscript/binaryen";
import { BuildError, type BuildPosition } from "../build-error.ts";
import { MEMORY_PAGES_MAX } from "../snapshot.ts";
import { catchThrows } from "./catch-throws.ts";
import { positionAt, toBuildError, type Diagnostic, type DiagnosticPlace } from "./diagnose.ts";
import { findPdkUses, type PdkUses } from "./find-uses.ts";
import { findFunctionPlaces } from "./function-places.ts";
import { markCallers, printAuthorFiles } from "./mark-callers.ts";
import { START_FILE } from "./print-start.ts";
import { createReader } from "./source-reader.ts";
import { nameThrownErrors, REQUEST_ERROR, TEXT_OR_ANSWER } from "./throw-names.ts";

type Compiler = typeof assemblyscript;

interface Tools {
  readonly compiler: Compiler;
  readonly libraryFiles: Readonly<Record<string, string>>;
  readonly binaryen: typeof binaryenModule;
}

export interface SourceToCompile {
  /** Absolute: the folder of plugin.yaml. Nothing of it reaches the module. */
  readonly folder: string;
  /** The author's first file, relative to the folder. */
  readonly entry: string;
  /** The source before it, which exports a function for each hook. */
  readonly start: string;
  readonly hooks: readonly string[];
  /** The author's files, relative to the folder. */
  readonly files: readonly string[];
}

const FAILURE = "~lib/@backworks/pdk/failure";
const WORLD = "~lib/bindings/dom";
const RUNTIME = "~lib/rt/index-incremental";

const OPTIMIZE_LEVEL = 3;

/** Beside its hooks a plugin exports its memory, and what the host calls first of all. */
const EXPORTS = ["memory", "_initialize"];

/** What is thrown is reported by the bindings, and random numbers are seeded by the host. */
const ALIASES = [
  ["abort", `${FAILURE}/abort`],
  ["seed", `${WORLD}/seed`],
  // Bytes after which the collector takes its next step: the default, 1024, is 15 % slower.
  ["ASC_GC_GRANULARITY", "32768"],
] as const;

export interface CompiledSource {
  readonly bytes: Uint8Array;
  /** Where the author's files first use each name of the bindings. */
  readonly uses: ReadonlyMap<string, BuildPosition>;
  /** Where the author's functions stand, by name. */
  readonly places: ReturnType<typeof findFunctionPlaces>;
}

/** Compiles with AssemblyScript. Throws `BuildError` for what is wrong with the author's source. */
export async function compileSource(source: SourceToCompile): Promise<CompiledSource> {
  const tools = await loadTools();
  const { compiler, binaryen } = tools;
  const options = createOptions(compiler);
  const program = compiler.newProgram(options);
  await parseAll(tools, program, source);
  throwErrors(compiler, program);
  const authored = program.sources.filter(({ normalizedPath }) => isAuthored(normalizedPath));
  const uses = findPdkUses(compiler, authored);
  const bindings = program.sources.filter(({ normalizedPath }) => isBinding(normalizedPath));
  const mayAnswer = uses.has(REQUEST_ERROR);
  if (mayAnswer) compiler.addGlobalAlias(options, ...TEXT_OR_ANSWER);
  nameThrownErrors(compiler, authored, mayAnswer);
  nameThrownErrors(compiler, bindings, false);
  const compiled = run(() => {
    compiler.initializeProgram(program);
    return compiler.compile(program);
  });
  throwErrors(compiler, program);
  const module = binaryen.wrapModule(compiler.getBinaryenModuleRef(compiled));
  try {
    keepExports(binaryen, module, source.hooks);
    markCallers(tools, program, module, source.files);
    catchThrows(binaryen, module, source.hooks);
    if (!compiler.validate(compiled)) throw new Error("the compiled module is not valid");
    compiler.optimize(compiled, OPTIMIZE_LEVEL, 0, true, false);
    module.runPasses(["translate-to-exnref"]);
    const places = findFunctionPlaces(compiler, program, isAuthored);
    return { bytes: module.emitBinary(), uses: positionsOf(uses), places };
  } finally {
    module.dispose();
  }
}

function isAuthored(path: string): boolean {
  return !path.startsWith("~lib/") && path !== `${START_FILE}.ts`;
}

/** The library's own errors are thrown where there is no room for longer messages. */
function isBinding(path: string): boolean {
  return path.startsWith("~lib/@backworks/pdk/");
}

function positionsOf(uses: PdkUses): ReadonlyMap<string, BuildPosition> {
  return new Map([...uses].map(([name, range]) => [name, positionAt(placeOf(range))]));
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
  { folder, entry, start, files }: SourceToCompile,
): Promise<void> {
  const generated = { "author-files": printAuthorFiles(files) };
  const { library, read } = await createReader(folder, libraryFiles, generated);
  // A file that does not exist is an error where it is imported.
  const parse = async (name: string, isEntry: boolean): Promise<void> => {
    const { path, text } = await read(name);
    compiler.parse(program, text ?? null, `${path}.ts`, isEntry);
  };
  for (const [name, text] of Object.entries(library)) {
    if (!name.includes("/")) compiler.parse(program, text, `~lib/${name}.ts`);
  }
  await parse(RUNTIME, true);
  for (const name of [FAILURE, WORLD]) await parse(name, false);
  compiler.parse(program, start, `${START_FILE}.ts`, true);
  // Also an entry, so that the compiler reads what the author exports and no hook uses.
  await parse(entry.replace(/\.ts$/, ""), true);
  for (;;) {
    const name = compiler.nextFile(program);
    if (name === null) return;
    await parse(name, false);
  }
}

/** What an entry of the author exports is no part of the plugin. */
function keepExports(
  binaryen: Tools["binaryen"],
  module: binaryenModule.Module,
  hooks: readonly string[],
): void {
  const kept = new Set([...EXPORTS, ...hooks]);
  const count = module.getNumExports();
  const names = Array.from({ length: count }, (_, index) => {
    return binaryen.getExportInfo(module.getExportByIndex(index)).name;
  });
  for (const name of names) if (!kept.has(name)) module.removeExport(name);
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

function placeOf({ source, start, end }: assemblyscript.Range): DiagnosticPlace {
  return { file: source.normalizedPath, text: source.text, start, end };
}
