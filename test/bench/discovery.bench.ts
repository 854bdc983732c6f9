import { equal } from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { discoverPlugins } from "../../host/src/plugins/discover.ts";
import { TestFolder } from "../support/folder.ts";
import { readGuest } from "../support/guests.ts";
import { manifestOf, withManifest } from "../support/module.ts";
import { compare, type Measure } from "./support.ts";

const PLUGINS = 200;
/** Code and data of a plugin on the PDK's engine. */
const PLUGIN_BYTES = 738 * 1024;

/** Finding plugins in a folder: manifests are read and checked, modules are not. */
export async function run(): Promise<readonly Measure[]> {
  await using folder = await TestFolder.create(await manyPlugins());
  const discovery = { enabled: true, directories: [folder.path], recursive: false };
  const discover = async (): Promise<number> => (await discoverPlugins(discovery)).found.length;
  equal(await discover(), PLUGINS);
  return await compare({ bench: "discovery", metric: `${PLUGINS} plugins of 738 KB` }, [
    { name: "backworks", repeat: async (times) => repeat(discover, times) },
    { name: "readFile", repeat: async (times) => repeat(async () => readAll(folder.path), times) },
  ]);
}

async function manyPlugins(): Promise<Record<string, Uint8Array>> {
  const echo = await readGuest("echo");
  const ballast = Buffer.alloc(PLUGIN_BYTES);
  const files: Record<string, Uint8Array> = {};
  for (let index = 0; index < PLUGINS; index++) {
    const name = `plugin-${index}`;
    const module = withManifest(echo, manifestOf(name));
    files[`${name}.wasm`] = Buffer.concat([module, customSection(ballast)]);
  }
  return files;
}

/** A section that nobody knows, of the size that a plugin has. */
function customSection(content: Uint8Array): Uint8Array {
  const name = Buffer.from("\u0007ballast");
  const size = content.length + name.length;
  const leb = [0x80 | (size & 0x7f), 0x80 | ((size >> 7) & 0x7f), (size >> 14) & 0x7f];
  return Buffer.concat([Buffer.of(0, ...leb), name, content]);
}

/** What looking into every file would cost at least. */
async function readAll(directory: string): Promise<void> {
  const names = await readdir(directory);
  for (const name of names) await readFile(join(directory, name));
}

async function repeat(work: () => Promise<unknown>, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await work();
}
