import { readFile } from "node:fs/promises";
import { buildPlugin, type BuildTarget } from "@backworks/pdk/build";
import { parseManifest } from "../../host/src/config/manifest.ts";
import { EMPTY_BODY, type Exchange } from "../../host/src/contracts/exchange.ts";
import type { Reads } from "../../host/src/contracts/manifest.ts";
import type { TestFolder } from "../support/folder.ts";

export const HOOK = "before_request";

const SOURCE = `
import type { Request } from "@backworks/pdk";
export function beforeRequest(request: Request): void {
  const agent = request.header("user-agent");
  request.setHeader("x-seen", agent === null ? "no" : \`yes:\${agent.length}\`);
}`;

const MANIFEST = `name: seen
version: 1.0.0
hooks:
  before_request: { reads: { headers: ["*"] } }
`;

/** What a browser sends: the frame is about 300 bytes. */
export const EXCHANGE: Exchange = {
  id: "0123456789abcdef0123456789abcdef",
  route: "metar",
  client: "127.0.0.1",
  params: {},
  request: {
    method: "GET",
    target: "/weather/stations/EDDF?units=si",
    headers: [
      ["host", "localhost:8080"],
      ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
      ["accept", "application/json"],
      ["accept-language", "en-GB,en;q=0.5"],
      ["accept-encoding", "gzip, deflate, br"],
    ],
    body: EMPTY_BODY,
  },
  response: undefined,
  context: new Map(),
};

export interface BuiltHook {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly reads: Reads;
}

/** Builds the hook in a folder, where it also stays. */
export async function buildHook(target: BuildTarget, folder: TestFolder): Promise<BuiltHook> {
  await folder.write({ "plugin.yaml": MANIFEST, "plugin.ts": SOURCE });
  const file = `${folder.path}/seen.wasm`;
  await buildPlugin({ source: folder.path, out: file, target });
  const declared = { reads: { headers: ["*"] } };
  const { hooks } = parseManifest(
    { abi: 1, name: "seen", version: "1.0.0", hooks: { before_request: declared } },
    file,
  );
  const reads = hooks.before_request?.reads;
  if (reads === undefined) throw new TypeError("the manifest lost its hook");
  return { file, bytes: await readFile(file), reads };
}
