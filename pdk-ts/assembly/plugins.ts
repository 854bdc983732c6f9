import { giveBytes, giveText, takeBytes, takeText } from "./blocks";
import { isResult, resultOf } from "./fault";
import * as host from "./host";

/** Calls the `onCall` of other plugins. Needs `capabilities: { plugins: [name] }`. */
export namespace plugins {
  /** The other plugin's answer. Throws a `HostError` when it has none. */
  export function call(name: string, input: string): string {
    return takeText(resultOf(host.pluginCall(giveText(name), giveText(input))));
  }

  export function callBytes(name: string, input: Uint8Array): Uint8Array {
    return takeBytes(resultOf(host.pluginCall(giveText(name), giveBytes(input))));
  }

  /** Null when the other plugin has no answer: `lastFault()` says why. */
  export function tryCall(name: string, input: string): string | null {
    const answer = host.pluginCall(giveText(name), giveText(input));
    return isResult(answer) ? takeText(<u64>answer) : null;
  }
}
