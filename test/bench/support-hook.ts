import assert, { deepEqual, equal } from "node:assert/strict";
import { createPlugin } from "@extism/extism";
import { getQuickJS } from "quickjs-emscripten";
import type { BuildTarget } from "@backworks/pdk/build";
import { Request } from "../../pdk-ts/src/request.ts";
import { readEdits } from "../../host/src/abi/edits-frame.ts";
import { printExchange } from "../../host/src/abi/exchange-frame.ts";
import { NO_GRANTS } from "../../host/src/contracts/capabilities.ts";
import type { Edits } from "../../host/src/contracts/exchange.ts";
import type { Reads } from "../../host/src/contracts/manifest.ts";
import { createHooks } from "../../host/src/plugins/hooks.ts";
import { loadPlugin } from "../../host/src/plugins/load.ts";
import { NO_LIMITS } from "../../host/src/contracts/limits.ts";
import { parseManifest } from "../../host/src/config/manifest.ts";
import { SharedServices } from "../../host/src/plugins/shared-services.ts";
import { systemClock } from "../../host/src/lib/clock.ts";
import { fillRandom } from "../../host/src/lib/random.ts";
import { createLogger } from "../../host/src/lib/logger.ts";
import { prepareReads } from "../../pdk-ts/src/runtime/reads.ts";
import { runBeforeRequest } from "../../pdk-ts/src/runtime/run-exchange.ts";
import { TestFolder } from "../support/folder.ts";
import { compare, type Contender, type Measure } from "./support.ts";
import { EXCHANGE, HOOK, buildHook } from "./support-hook-case.ts";
import { linkForSdk } from "./support-sdk.ts";

interface Runner extends Contender {
  readonly run: () => unknown;
}

/**
 * A hook that reads a header and sets one: frame printed, guest called, edits read and checked,
 * beside the same function in the host itself, through the SDK, and in another engine. One source
 * for both targets.
 */
export async function measureHook(target: BuildTarget): Promise<readonly Measure[]> {
  await using folder = await TestFolder.create();
  const { file, bytes, reads } = await buildHook(target, folder);
  const ours = await backworks(file);
  const contenders: Runner[] = [
    ours,
    native(reads),
    express(),
    await sdk(bytes, reads),
    await quickjs(),
  ];
  const expected = "yes:70";
  for (const { name, run: once } of contenders) equal(await once(), expected, name);
  return compare({ bench: `hook-${target}`, metric: "read and set a header" }, contenders);
}

async function backworks(file: string): Promise<Runner> {
  const logger = createLogger({ level: "silent", destination: { write: () => undefined } });
  const plugin = await loadPlugin(
    {
      kind: "chosen",
      name: "seen",
      file,
      manifest: parseManifest(
        { abi: 1, name: "seen", version: "1.0.0", hooks: { before_request: {} } },
        file,
      ),
      settings: {
        config: {},
        critical: undefined,
        grants: NO_GRANTS,
        limits: NO_LIMITS,
        isolation: "shared",
        position: { file },
        configPositions: new Map(),
      },
    },
    logger,
    new SharedServices({
      dataDirectory: ":memory:",
      clock: systemClock,
      fillRandom,
      findCallee: () => undefined,
    }),
  );
  const [hook] = createHooks(plugin);
  if (hook?.name !== "before_request") throw new TypeError("the plugin has no before_request");
  const { headers } = await hook.run(EXCHANGE);
  deepEqual(headers, [{ kind: "set", name: "x-seen", value: "yes:70" }]);
  return runner("backworks", () => {
    const edits = hook.run(EXCHANGE);
    return edits instanceof Promise ? edits.then(valueOf) : valueOf(edits);
  });
}

function valueOf({ headers }: Edits): string | undefined {
  const [edit] = headers;
  return edit?.kind === "set" ? edit.value : undefined;
}

/** The author's function in V8 itself: the same frames, the same PDK, the same checks, no guest. */
function native(reads: Reads): Runner {
  const hook = runBeforeRequest(
    (request) => {
      assert(request instanceof Request);
      const agent = request.header("user-agent");
      request.setHeader("x-seen", agent === null ? "no" : `yes:${agent.length}`);
    },
    prepareReads(HOOK, {
      headers: ["*"],
      response_headers: [],
      params: [],
      context: [],
      body: false,
    }),
  );
  return runner("native", () => {
    const input = Buffer.from(printExchange(EXCHANGE, HOOK, reads).head);
    const output = hook(input.toString());
    assert(typeof output === "string");
    return valueOf(readEdits(Buffer.from(output), HOOK));
  });
}

/** What a hand-written Express middleware does: it has the request at hand and checks nothing. */
function express(): Runner {
  const seen = new Map<string, string>();
  const request = { headers: Object.fromEntries(EXCHANGE.request.headers) };
  const response = { setHeader: (name: string, value: string) => seen.set(name, value) };
  return runner("express-middleware", () => {
    const agent = request.headers["user-agent"];
    response.setHeader("x-seen", agent === undefined ? "no" : `yes:${agent.length}`);
    return seen.get("x-seen");
  });
}

/** The same module and frame, called as the SDK's documentation shows. */
async function sdk(bytes: Uint8Array, reads: Reads): Promise<Runner> {
  const { wasm, functions } = linkForSdk(bytes);
  const plugin = await createPlugin({ wasm: [{ data: wasm }] }, { functions });
  const { head } = printExchange(EXCHANGE, HOOK, reads);
  const once = async (): Promise<string | undefined> => {
    const edits = (await plugin.call(HOOK, head))?.text();
    return edits?.slice("+x-seen: ".length, -1);
  };
  return {
    name: "extism-sdk",
    run: once,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) await once();
    },
  };
}

/** The same engine, kept beside the host by quickjs-emscripten: JSON in, JSON out. */
async function quickjs(): Promise<Runner> {
  const context = (await getQuickJS()).newContext();
  const source = `(json) => {
    const request = JSON.parse(json);
    const agent = request.headers["user-agent"];
    return JSON.stringify({ "x-seen": agent === undefined ? "no" : "yes:" + agent.length });
  }`;
  const hook = context.unwrapResult(context.evalCode(source));
  return runner("quickjs-emscripten", () => {
    const { method, target, headers } = EXCHANGE.request;
    const json = JSON.stringify({ method, target, headers: Object.fromEntries(headers) });
    const argument = context.newString(json);
    const result = context.unwrapResult(context.callFunction(hook, context.undefined, argument));
    argument.dispose();
    const edits: unknown = JSON.parse(context.getString(result));
    result.dispose();
    return typeof edits === "object" && edits !== null && "x-seen" in edits && edits["x-seen"];
  });
}

function runner(name: string, once: () => unknown): Runner {
  return {
    name,
    run: once,
    repeat: async (times) => {
      for (let time = 0; time < times; time++) {
        const result = once();
        // Now and then a call waits for a new instance.
        if (result instanceof Promise) await result;
      }
    },
  };
}
