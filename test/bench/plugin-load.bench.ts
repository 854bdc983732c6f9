import { fork } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { TestFolder } from "../support/folder.ts";
import { buildSource } from "../support/plugins.ts";
import { median, type Measure } from "./support.ts";

const CHILD = fileURLToPath(new URL("./sandbox/load-once.ts", import.meta.url));
const ROUNDS = 9;

/** What the product promises, in milliseconds. */
const PROMISED = { cold: 100, cached: 15, "second on the same engine": 20 } as const;

/** From the file of a TypeScript plugin to an instance that answers. */
export async function run(): Promise<readonly Measure[]> {
  await using folder = await TestFolder.create({
    "first.wasm": await pluginThatAdds("one"),
    "second.wasm": await pluginThatAdds("two"),
  });
  const [first, second] = ["first.wasm", "second.wasm"].map((name) => join(folder.path, name));
  const cache = join(folder.path, "cache");
  const load = async (): Promise<readonly number[]> => loadInChild(cache, [first, second]);
  const rounds: Record<keyof typeof PROMISED, number[]> = {
    cold: [],
    cached: [],
    "second on the same engine": [],
  };
  for (let round = 0; round < ROUNDS; round++) {
    await rm(cache, { recursive: true, force: true });
    const [cold = NaN, next = NaN] = await load();
    const [cached = NaN] = await load();
    rounds.cold.push(cold);
    rounds["second on the same engine"].push(next);
    rounds.cached.push(cached);
  }
  return (["cold", "cached", "second on the same engine"] as const).map((metric) => {
    const value = median(rounds[metric]);
    const promised = PROMISED[metric];
    const ratio = value / promised;
    return { bench: "plugin-load", metric, value, unit: "ms", against: "promised", ratio };
  });
}

async function pluginThatAdds(text: string): Promise<Uint8Array> {
  const source = `import { type Request } from "@backworks/pdk";
export function beforeRequest(request: Request): void {
  request.setHeader("x-added", ${JSON.stringify(text)});
}`;
  return (await buildSource(source, { before_request: {} })).bytes;
}

async function loadInChild(
  cache: string,
  files: readonly (string | undefined)[],
): Promise<number[]> {
  const child = fork(CHILD, [cache, ...files.map(String)], {
    execArgv: [...process.execArgv, "--disable-warning=ExperimentalWarning"],
  });
  let took: number[] = [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- sent by load-once.ts
  child.on("message", (message) => (took = message as number[]));
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`loading ended with ${code}`);
  return took;
}
