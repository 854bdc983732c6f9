import { join } from "node:path";
import { TestFolder, type Files } from "./folder.ts";
import { runCommand, type CommandResult } from "./terminal.ts";

/** A plugin that asks for all that `plugin call` grants. */
export const TOLD_PLUGIN = {
  name: "told",
  version: "1.0.0",
  capabilities: { kv: true, clock: true, random: true, metrics: true },
  hooks: { initialize: {}, process_endpoint: { reads: { body: "text" } } },
};

/** Its source; portable, so that both targets ask alike. */
export const TOLD_SOURCE = `
  import { Request, Reply, kv, clock, random, metrics, log } from "@backworks/pdk";
  export function initialize(): void { kv.set("born", clock.nowMs().toString()); }
  export function processEndpoint(request: Request): Reply {
    const text = request.text();
    if (text == "fail") throw new Error("no such station");
    kv.set("text", text);
    const kept = kv.get("text");
    const count = kv.increment("count", 2);
    metrics.count("calls");
    log.info("asked");
    const id = random.uuid() + " " + Math.random().toString();
    return Reply.text(200, (kept === null ? "" : kept) + " " + count.toString() + " " + id
      + " " + clock.nowMs().toString() + " " + clock.monotonicMs().toString());
  }`;

/** A folder with a plugin, in which commands run. */
export async function inFolder<T>(
  files: Files,
  use: (
    run: (...args: string[]) => Promise<CommandResult>,
    path: (name: string) => string,
  ) => Promise<T>,
): Promise<T> {
  await using folder = await TestFolder.create(files);
  return await use(
    async (...args) => runCommand(["plugin", ...args], folder.path),
    (name) => join(folder.path, name),
  );
}

/** One of its calls. */
export const CALL = [
  "call",
  "p.wasm",
  "process_endpoint",
  "-r",
  "POST /x",
  "-b",
  "station",
] as const;
export const RECORD: readonly string[] = [...CALL, "--record", "call.json", "--json"];
