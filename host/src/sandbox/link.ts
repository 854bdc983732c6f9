import { Buffer } from "node:buffer";
import type { createPlugin, ExtismPluginOptions } from "@extism/extism";
import { Kernel } from "../abi/kernel.ts";
import { EXTISM_NAMESPACE } from "../abi/v1.ts";
import { assert } from "../lib/assert.ts";
import type { GuestFunction } from "./extism-functions.ts";

export type GuestImports = Readonly<
  Record<string, Readonly<Record<string, GuestFunction | WebAssembly.Suspending>>>
>;

type CreatePlugin = typeof createPlugin;

/** `(module (import "extism:host/env" "input_length" (func (result i64))) (export "f" (func 0)))` */
const PROBE: Buffer = Buffer.from(
  "AGFzbQEAAAABBQFgAAF+AiABD2V4dGlzbTpob3N0L2VudgxpbnB1dF9sZW5ndGgAAAcFAQFmAAA=",
  "base64",
);

let loading: Promise<CreatePlugin> | undefined;

/**
 * Instantiates a module through the Extism SDK, with our functions as its only imports. The SDK binds
 * every host function to its own call context; a function whose `bind` answers itself stays what it
 * is, and an export of the kernel is then called from wasm to wasm without a stop in JavaScript.
 * (Linking the kernel as a second module by name, the SDK's official way, leaves no way to its memory.)
 */
export async function linkModule(
  module: WebAssembly.Module,
  imports: GuestImports,
): Promise<WebAssembly.Instance> {
  return instantiate(await prepareLinking(), module, imports);
}

/** Loads the SDK and tests it, once in a process. */
export async function prepareLinking(): Promise<CreatePlugin> {
  loading ??= loadSdk();
  return loading;
}

async function loadSdk(): Promise<CreatePlugin> {
  const sdk = await import("@extism/extism");
  const { functions } = new Kernel();
  const probe = new WebAssembly.Module(PROBE);
  const { input_length } = functions;
  const instance = await instantiate(sdk.createPlugin, probe, {
    [EXTISM_NAMESPACE]: { input_length },
  });
  // An imported wasm function that is exported again is the same object, unless it was wrapped.
  assert(
    instance.exports["f"] === input_length,
    "@extism/extism wraps host functions: the host is made for its version 2.0.0-rc13",
  );
  return sdk.createPlugin;
}

async function instantiate(
  createInstance: CreatePlugin,
  module: WebAssembly.Module,
  imports: GuestImports,
): Promise<WebAssembly.Instance> {
  for (const functions of Object.values(imports)) {
    for (const imported of Object.values(functions)) keepUnbound(imported);
  }
  // A bare module, and a fetch of ours: the SDK then never touches the globals that load undici.
  const plugin = await createInstance(module, {
    useWasi: false,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- unbound, they get no context
    functions: imports as unknown as NonNullable<ExtismPluginOptions["functions"]>,
    config: Object.create(null),
    fetch: refuseFetch,
  });
  return plugin.getInstance();
}

function keepUnbound(imported: object): void {
  Object.defineProperty(imported, "bind", { value: () => imported, configurable: true });
}

async function refuseFetch(): Promise<Response> {
  throw new Error("guests have no network of their own");
}
