import { BackworksError, messageOf } from "../lib/errors.ts";

/**
 * Throws `plugin_invalid` unless V8 finds the module valid. It is asked about the original: an
 * instruction that names a global or function which does not exist would become valid once the
 * host's own are appended, and hand them to the guest.
 */
export function requireValid(bytes: Uint8Array): void {
  if (WebAssembly.validate(bytes)) return;
  throw new BackworksError(
    "plugin_invalid",
    `the module is not valid WebAssembly: ${reasonOf(() => new WebAssembly.Module(bytes))}`,
  );
}

/** V8 says what is wrong only when it is asked to compile; its words name the offset. */
function reasonOf(fails: () => unknown): string {
  try {
    fails();
    return "no reason given";
  } catch (error) {
    return messageOf(error).replace(/^WebAssembly\.Module\(\): /, "");
  }
}
