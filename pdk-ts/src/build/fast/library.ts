/**
 * AssemblyScript's library as plugins get it. Two of its files differ: numbers print as JavaScript
 * prints them (`1`, not `1.0`; `7 / 3` to the last digit), and what it would import from a JavaScript host is in world.ts.
 */

/** The library's name for its imports from a JavaScript host. */
const WORLD_MODULE = "bindings/dom";

const ZERO_AND_POINT = `    store<u16>(buffer, CharCode._0);
    store<u16>(buffer, CharCode.DOT, 2);
    store<u16>(buffer, CharCode._0,  4);
    return 3;`;

const POINT_BEHIND_DIGITS = `{
    store<u32>(buffer + (length << 1), CharCode.DOT | (CharCode._0 << 16));
    return length + 2;
  }`;

const POINT_BEHIND_ZEROS = `
    store<u32>(buffer + (kk << 1), CharCode.DOT | (CharCode._0 << 16));
    return kk + 2;`;

const GRISU = `  let len = grisu2(value, buffer, sign, isSingle);
  len = prettify(buffer + (sign << 1), len - sign, _K);`;

const SHORTEST = `  if (isSingle) {
    let len = grisu2(value, buffer, sign, isSingle);
    return prettify(buffer + (sign << 1), len - sign, _K) + sign;
  }
  let from = buffer + (sign << 1);
  let len = prettify(from, writeShortest(value, from), lastExponent());`;

interface Adaptation {
  readonly file: string;
  /** On the first line, so that the others keep their numbers. */
  readonly imports: string;
  /** Text that stands in the file exactly once, and what stands there instead. */
  readonly changes: readonly (readonly [from: string, to: string])[];
}

const NUMBERS: Adaptation = {
  file: "util/number",
  imports: 'import { lastExponent, writeShortest } from "@backworks/pdk/shortest-digits"; ',
  changes: [
    ['if (value == 0) return "0.0";', 'if (value == 0) return "0";'],
    [ZERO_AND_POINT, "    store<u16>(buffer, CharCode._0);\n    return 1;"],
    [POINT_BEHIND_DIGITS, "return length;"],
    [POINT_BEHIND_ZEROS, "\n    return kk;"],
    [GRISU, SHORTEST],
  ],
};

/** Names of files without their ending, as `import` names them behind `~lib/`. */
export function adaptLibrary(
  files: Readonly<Record<string, string>>,
  world: string,
): Readonly<Record<string, string>> {
  const { file, imports, changes } = NUMBERS;
  let text = files[file] ?? "";
  for (const [from, to] of changes) {
    const parts = text.split(from);
    if (parts.length !== 2) {
      throw new Error(`~lib/${file} of this AssemblyScript is not the one that was adapted`);
    }
    text = parts.join(to);
  }
  return { ...files, [WORLD_MODULE]: world, [file]: imports + text };
}
