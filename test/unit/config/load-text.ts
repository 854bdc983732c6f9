import { join } from "node:path";
import { loadConfig } from "../../../host/src/config/load.ts";
import type { Environment } from "../../../host/src/config/interpolate.ts";
import type { Config } from "../../../host/src/contracts/config.ts";
import { BackworksError, BackworksErrors, printPosition } from "../../../host/src/lib/errors.ts";
import { TestFolder } from "../../support/folder.ts";
import type { Files } from "../../support/folder.ts";

/** Loads `text` as `backworks.yaml` beside `files`. */
export async function loadText(
  text: string,
  env: Environment = {},
  files: Files = {},
): Promise<Config> {
  await using folder = await TestFolder.create({ ...files, "backworks.yaml": text });
  return await loadConfig(join(folder.path, "backworks.yaml"), env);
}

/** What is wrong with `text`, a line for each problem: `line:column code message`. */
export async function problemsOf(
  text: string,
  env: Environment = {},
  files: Files = {},
): Promise<string[]> {
  try {
    await loadText(text, env, files);
  } catch (thrown) {
    return printProblems(thrown);
  }
  return [];
}

/** The same for anything that was thrown; what is no error of the world goes on. */
export function printProblems(thrown: unknown): string[] {
  const errors = thrown instanceof BackworksErrors ? thrown.errors : [thrown];
  return errors.map((error) => {
    if (!(error instanceof BackworksError)) throw thrown;
    const position = error.position === undefined ? "-" : printPosition(error.position);
    return `${position.replace(/^.*backworks\.yaml:?/, "")} ${error.code} ${error.message}`;
  });
}

/** Warnings of a configuration: `line:column message`. */
export function printWarnings(config: Config): string[] {
  return config.warnings.map(
    ({ message, position }) => `${position.line ?? 0}:${position.column ?? 0} ${message}`,
  );
}
