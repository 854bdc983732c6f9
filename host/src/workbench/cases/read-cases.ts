import { readConfigFile } from "../../config/file.ts";
import {
  nodeAt,
  parsePointer,
  positionAt,
  positionsBelow,
  printPath,
  toJson,
  type ConfigNode,
} from "../../config/node.ts";
import { Problems } from "../../config/problems.ts";
import { readYaml } from "../../config/read.ts";
import { ownSchema } from "../../config/schemas.ts";
import { BackworksError } from "../../lib/errors.ts";
import { recode } from "../../lib/join-errors.ts";
import type { PluginCase, WrittenCase } from "./case.ts";

/**
 * Reads a `cases.yaml`. Throws `test_invalid` for all that is wrong with it at once, each with line
 * and column; `name` is what messages call the file.
 */
export async function readCases(file: string, name: string = file): Promise<PluginCase[]> {
  try {
    return parseCases(await readConfigFile(file), name);
  } catch (thrown) {
    throw recode("test_invalid", thrown);
  }
}

export function parseCases(text: string, name: string): PluginCase[] {
  if (text.trim() === "") {
    const message = "the file is empty: expected a list of cases, each with a name";
    throw new BackworksError("test_invalid", message, { position: { file: name } });
  }
  const root = readYaml(text, name);
  const value = toJson(root);
  const problems = new Problems();
  for (const { pointer, message } of ownSchema("cases")(value)) {
    const path = parsePointer(pointer);
    const label = path.length === 0 ? "the file" : printPath(path);
    problems.add("test_invalid", `${label}: ${message}`, positionAt(root, path));
  }
  problems.throwIfAny();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schema has let it through
  const written = value as unknown as readonly WrittenCase[];
  const names = new Set<string>();
  const cases = written.map((each, index) => {
    if (names.has(each.name)) {
      const message = `a second case with the name "${each.name}"`;
      problems.add("test_invalid", message, positionAt(root, [index, "name"]));
    }
    names.add(each.name);
    return toCase(root, each, index);
  });
  problems.throwIfAny();
  return cases;
}

function toCase(root: ConfigNode, written: WrittenCase, index: number): PluginCase {
  const node = nodeAt(root, [index]);
  return {
    name: written.name,
    written,
    position: positionAt(root, [index]),
    positions: node === undefined ? new Map() : positionsBelow(node),
  };
}
