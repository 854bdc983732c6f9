import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import { buildPlugin, type BuiltPlugin } from "@backworks/pdk/build";
import type { JsonObject } from "../../host/src/contracts/json.ts";
import type { HookName } from "../../host/src/contracts/hooks.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import { compileModule } from "../../host/src/sandbox/compile.ts";
import { createGuest, type GuestOptions } from "../../host/src/sandbox/guest.ts";
import { TestFolder, type Files } from "./folder.ts";

/** Builds of this process by their sources: tests of one behaviour often share a plugin. */
const built = new Map<string, Promise<BuiltPlugin>>();

/** Builds a plugin from its files: `plugin.yaml`, `src/plugin.ts`, … */
export async function buildFiles(files: Files): Promise<BuiltPlugin> {
  const key = createHash("sha256").update(JSON.stringify(files)).digest("hex");
  const found = built.get(key);
  if (found !== undefined) return found;
  const building = buildOnce(files);
  built.set(key, building);
  return building;
}

/** Builds a plugin from its source and the `hooks` of its plugin.yaml, here as JSON. */
export async function buildSource(
  source: string,
  hooks: JsonObject,
  more: JsonObject = {},
): Promise<BuiltPlugin> {
  return buildFiles({ "plugin.yaml": manifestOf(hooks, more), "src/plugin.ts": source });
}

/** A plugin.yaml: JSON is YAML too. */
export function manifestOf(hooks: JsonObject, more: JsonObject = {}): string {
  return JSON.stringify({ name: "test-plugin", version: "1.0.0", hooks, ...more });
}

async function buildOnce(files: Files): Promise<BuiltPlugin> {
  await using folder = await TestFolder.create(files);
  return await buildPlugin({ source: folder.path });
}

/** A plugin in the host's own sandbox, called with whole frames. */
export interface RunningPlugin {
  /** Calls a hook; the output as text. Rejects with what the host throws. */
  readonly call: (hook: HookName, head: string, body?: Uint8Array | string) => Promise<string>;
  readonly callForBytes: (
    hook: HookName,
    head: string,
    body?: Uint8Array | string,
  ) => Promise<Uint8Array>;
  /** Messages of all levels so far, each as `level: message`. */
  readonly logs: readonly string[];
}

export type RunOptions = Partial<
  Pick<GuestOptions, "config" | "limits" | "clock" | "fillRandom" | "services">
>;

export async function runPlugin(
  { bytes }: Pick<BuiltPlugin, "bytes">,
  options: RunOptions = {},
): Promise<RunningPlugin> {
  const logs: string[] = [];
  const write = (line: string): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by our logger
    const { level, msg } = JSON.parse(line) as { level: string; msg: string };
    logs.push(`${level}: ${msg}`);
  };
  const logger = createLogger({ level: "trace", destination: { write } });
  const module = await compileModule(bytes);
  const guest = await createGuest({ name: "test-plugin", config: {}, ...options, module, logger });
  const callForBytes: RunningPlugin["callForBytes"] = async (hook, head, body) => {
    const parts = { head, body: typeof body === "string" ? Buffer.from(body) : body };
    return await guest.call(hook, parts, (output) => Uint8Array.from(output));
  };
  return {
    logs,
    callForBytes,
    call: async (hook, head, body) =>
      Buffer.from(await callForBytes(hook, head, body)).toString("utf8"),
  };
}

/** What every frame says of its request. */
const FACTS = [
  ':id: "0af7651916cd43dd8448eb211c80319c"',
  ':route: "weather"',
  ':client: "127.0.0.1"',
];

/** The head of a request's frame: request line, headers, context lines. */
export function headOf(
  requestLine: string,
  headers: readonly string[] = [],
  more: readonly string[] = [],
): string {
  return `${[requestLine, ...headers, ...FACTS, ...more].join("\n")}\n\n`;
}
