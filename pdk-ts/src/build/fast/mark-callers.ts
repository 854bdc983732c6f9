import type * as assemblyscript from "assemblyscript";
import type binaryenModule from "assemblyscript/binaryen";

type Compiler = typeof assemblyscript;
type Binaryen = typeof binaryenModule;

/** A binding of the kit, by the name that functions have in the module. */
const BINDING = "~lib/@backworks/pdk/";
/** Global of assembly/place.ts. */
const PLACE = `${BINDING}place/place`;
/** What the name of a function ends in that stands in another of its name. */
export const INNER = "~inner";
/** As in assembly/place.ts: the number of the file stands above the line. */
const LINE_BITS = 20;

/** Source for assembly/place.ts: the author's files by their numbers. */
export function printAuthorFiles(files: readonly string[]): string {
  const cases = files.map((file, index) => `case ${index}: return ${JSON.stringify(file)};`);
  return `export function fileOf(index: i32): string {
  switch (index) { ${cases.join(" ")} default: return ""; }
}`;
}

/**
 * Lets an error that is thrown in the bindings say which of the author's functions called them: a
 * throw has no stack. Each of these says where it stands for as long as it runs; the optimizer makes
 * one function of the two again.
 */
export function markCallers(
  { compiler, binaryen }: { readonly compiler: Compiler; readonly binaryen: Binaryen },
  program: assemblyscript.Program,
  module: binaryenModule.Module,
  files: readonly string[],
): void {
  for (const [name, element] of program.instancesByName) {
    if (!(element instanceof compiler.Function)) continue;
    const { source, start } = element.declaration.range;
    const file = files.indexOf(source.normalizedPath);
    const found = file < 0 ? 0 : module.getFunction(name);
    if (found === 0) continue;
    const { body } = binaryen.getFunctionInfo(found);
    if (!binaryen.emitText(body).includes(BINDING)) continue;
    enclose(binaryen, module, name, (file << LINE_BITS) | source.lineAt(start));
  }
}

/** Puts a function of the same name around it. */
function enclose(
  binaryen: Binaryen,
  module: binaryenModule.Module,
  name: string,
  place: number,
): void {
  const { params, results, vars, body } = binaryen.getFunctionInfo(module.getFunction(name));
  const inner = name + INNER;
  module.removeFunction(name);
  module.addFunction(inner, params, results, vars, body);
  const types = binaryen.expandType(params);
  const saved = types.length;
  const call = module.call(
    inner,
    types.map((type, index) => module.local.get(index, type)),
    results,
  );
  const before = [
    module.local.set(saved, module.global.get(PLACE, binaryen.i32)),
    module.global.set(PLACE, module.i32.const(place)),
  ];
  const restore = module.global.set(PLACE, module.local.get(saved, binaryen.i32));
  const answer = saved + 1;
  const parts =
    results === binaryen.none
      ? [...before, call, restore]
      : [...before, module.local.set(answer, call), restore, module.local.get(answer, results)];
  const locals = results === binaryen.none ? [binaryen.i32] : [binaryen.i32, results];
  module.addFunction(name, params, results, locals, module.block(null, parts, results));
}
