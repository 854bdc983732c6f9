// oxlint-disable typescript/no-unsafe-type-assertion -- a plugin's source and what it exports have no types
import { Buffer } from "node:buffer";
import { transform } from "esbuild";
import type { JsonObject } from "../../host/src/contracts/json.ts";
import type * as installModule from "../../pdk-ts/src/runtime/install.ts";
import type * as runnersModule from "../../pdk-ts/src/runtime/runners.ts";
import type { Installed } from "../../pdk-ts/src/runtime/install.ts";
import type { DeclaredReads } from "../../pdk-ts/src/runtime/reads.ts";
import { AUTHOR_HOOKS, isAuthorHook } from "../../pdk-ts/src/hooks.ts";
import type { FakeServices } from "./fake-services.ts";
import { FakeNative } from "./native.ts";
import { buildSource, runPlugin, type RunningPlugin, type RunOptions } from "./plugins.ts";

export interface StartOptions extends Omit<RunOptions, "services"> {
  /** Of plugin.yaml. */
  readonly capabilities?: JsonObject;
  readonly services?: FakeServices;
}

/** Starts a plugin from its source and its hooks. */
export type StartPlugin = (
  source: string,
  hooks: JsonObject,
  options?: StartOptions,
) => Promise<RunningPlugin>;

/** As it will run: built, in the engine, in the host's sandbox. */
const startInSandbox: StartPlugin = async (source, hooks, options = {}) => {
  const { capabilities = {}, services, ...others } = options;
  const built = await buildSource(source, hooks, { capabilities });
  return runPlugin(built, {
    ...others,
    ...(services !== undefined && { services: services.bound }),
  });
};

/**
 * The guest's side of the PDK in Node: what the engine and Node do not agree on shows as a
 * difference between the two worlds, and what the tests reach of the PDK can be measured.
 */
const startDirectly: StartPlugin = async (source, hooks, options = {}) => {
  const { native, modules, globals } = await loadPdk();
  native.reset(options.config ?? {}, options.services);
  const { code } = await transform(source, { loader: "ts", format: "cjs" });
  const exported: Record<string, unknown> = {};
  const require = (): unknown => modules.index;
  const names = ["require", "module", "exports", ...Object.keys(globals)];
  // eslint-disable-next-line typescript/no-implied-eval -- a plugin's source is a text here
  const evaluate = new Function(...names, code) as (...values: unknown[]) => void;
  const module = { exports: exported };
  evaluate(require, module, exported, ...Object.values(globals));
  const plans = Object.keys(hooks)
    .filter(isAuthorHook)
    .map((hook) => ({ hook, author: AUTHOR_HOOKS[hook], reads: declaredReads(hooks[hook]) }));
  const capabilities = Object.keys(options.capabilities ?? {});
  modules.install.install(module.exports, { hooks: plans, capabilities }, modules.runners);
  const installed = Reflect.get(globalThis, "__backworks_installed") as Installed;
  const callForBytes: RunningPlugin["callForBytes"] = async (hook, head, body = "") => {
    native.services.begin();
    native.input = Buffer.from(body as string);
    native.output = undefined;
    try {
      const output = await installed.runners[hook]?.(head.replace(/\n\n$/, "\n"));
      return native.output ?? Buffer.from(output ?? "");
    } catch (error) {
      const message = installed.printThrown(error, 0);
      throw Object.assign(new Error(message), { code: "guest_failed" });
    }
  };
  return {
    callForBytes,
    call: async (...parameters) => Buffer.from(await callForBytes(...parameters)).toString("utf8"),
    logs: native.logs,
  };
};

export const WORLDS: readonly (readonly [name: string, start: StartPlugin])[] = [
  ["in the sandbox", startInSandbox],
  ["in Node", startDirectly],
];

function declaredReads(declaration: unknown): DeclaredReads {
  const { reads = {} } = (declaration ?? {}) as { reads?: Partial<Record<string, unknown>> };
  return {
    headers: [],
    response_headers: [],
    params: [],
    context: [],
    ...reads,
    body: (reads["body"] ?? "none") !== "none",
  };
}

interface DirectPdk {
  readonly native: FakeNative;
  readonly modules: {
    readonly index: unknown;
    readonly install: Pick<typeof installModule, "install">;
    readonly runners: typeof runnersModule;
  };
  /** What the PDK adds to the global object: handed to the source, kept from the tests. */
  readonly globals: Readonly<Record<string, unknown>>;
}

let loaded: Promise<DirectPdk> | undefined;

async function loadPdk(): Promise<DirectPdk> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<DirectPdk> {
  const native = new FakeNative();
  const sourceLines = { sources: [], lines: [] };
  Reflect.set(globalThis, "__backworks", { native: native.call, sourceLines });
  const names = ["console", "TextEncoder", "TextDecoder"];
  const own = names.map((name): unknown => Reflect.get(globalThis, name));
  const random = Math.random;
  const install = await import("../../pdk-ts/src/runtime/install.ts");
  const globals = Object.fromEntries(names.map((name) => [name, Reflect.get(globalThis, name)]));
  names.forEach((name, i) => Reflect.set(globalThis, name, own[i]));
  Math.random = random;
  const runners = await import("../../pdk-ts/src/runtime/runners.ts");
  const index: unknown = await import("@backworks/pdk");
  return { native, modules: { index, install, runners }, globals };
}
