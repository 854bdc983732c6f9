import { checkBytes, checkText } from "./runtime/arguments.ts";
import { callForBytes, callForText, findService, orNull } from "./runtime/service.ts";

/** Other plugins of this host: calls of their `onCall`. Needs `capabilities: { plugins: [NAME] }`. */
export interface Plugins {
  /** Calls a plugin and answers its output. Throws a `HostError`: `failed` when that plugin did. */
  call(name: string, input: string): string;
  callBytes(name: string, input: Uint8Array): Uint8Array;
  /** The same, but answers null where `call` throws a `HostError`; `lastFault()` says why. */
  tryCall(name: string, input: string): string | null;
}

const CALL = findService("bw_plugin_call");

export const plugins: Plugins = {
  call: (name, input) => callForText(CALL, checkName(name), checkText("an input", input)) ?? "",
  callBytes: (name, input) =>
    callForBytes(CALL, checkName(name), checkBytes("an input", input)) ?? new Uint8Array(0),
  tryCall: (name, input) => orNull(() => plugins.call(name, input)),
};

function checkName(name: string): string {
  return checkText("the name of a plugin", name);
}
